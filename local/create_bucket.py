"""Create the bucket in the S3 server when it is missing: a task of the launcher."""

import os
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

_PATIENCE_SECONDS = 30.0


def main() -> None:
    """Create it from the PARLANCE_S3_ variables; repeats while the server is still starting."""
    settings = os.environ  # noqa: TID251 - a task of the launcher has no settings.py
    client = boto3.client(
        "s3",
        endpoint_url=settings["PARLANCE_S3_ENDPOINT_URL"],
        aws_access_key_id=settings["PARLANCE_S3_ACCESS_KEY"],
        aws_secret_access_key=settings["PARLANCE_S3_SECRET_KEY"],
        region_name=settings["PARLANCE_S3_REGION"],
        config=Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1}),
    )
    bucket = settings["PARLANCE_S3_BUCKET"]
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            existing = {found["Name"] for found in client.list_buckets()["Buckets"]}
            if bucket not in existing:
                client.create_bucket(Bucket=bucket)
            return
        except (BotoCoreError, ClientError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    main()
