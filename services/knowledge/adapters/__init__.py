"""What knowledge touches: PostgreSQL, S3, Milvus, the model server, the readers of documents."""
