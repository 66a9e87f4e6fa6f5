"""The PARLANCE_ variables that the service processes get (docs/architecture.md)."""

from collections.abc import Mapping

from local.credentials import DATABASES
from local.layout import HOST, Layout

S3_BUCKET = "parlance"


def local_environment(layout: Layout, secrets: Mapping[str, str]) -> dict[str, str]:
    """The variables that lead to the private parts of one data folder."""
    s3 = f"http://{HOST}:{layout.port('s3')}"
    return {
        "PARLANCE_DATA": str(layout.data),
        "PARLANCE_AMQP_URL": (
            f"amqp://parlance:{secrets['rabbitmq']}@{HOST}:{layout.port('rabbitmq')}/"
        ),
        **{database_variable(name): _database_url(layout, secrets, name) for name in DATABASES},
        "PARLANCE_S3_ENDPOINT_URL": s3,
        "PARLANCE_S3_PUBLIC_URL": s3,
        "PARLANCE_S3_ACCESS_KEY": secrets["s3_access_key"],
        "PARLANCE_S3_SECRET_KEY": secrets["s3_secret_key"],
        "PARLANCE_S3_BUCKET": S3_BUCKET,
        "PARLANCE_S3_REGION": "us-east-1",
        "PARLANCE_MILVUS_URL": f"http://{HOST}:{layout.port('milvus')}",
        "PARLANCE_MILVUS_LAYOUT": "collection_per_knowledge_base",
        "PARLANCE_MILVUS_INDEX": "FLAT",
        "PARLANCE_TABLE_CACHE": str(layout.data / "tables"),
        "PARLANCE_MODELS_URL": f"http://{HOST}:{layout.port('models')}",
        "PARLANCE_MODELS_PORT": str(layout.port("models")),
        "PARLANCE_MODELS_API_KEY": secrets["models_api_key"],
        "PARLANCE_CHAT_ADDRESS": f"{HOST}:{layout.port('assistants-chat')}",
        "PARLANCE_SEARCH_ADDRESS": f"{HOST}:{layout.port('knowledge-search')}",
        "PARLANCE_HTTP_HOST": HOST,
        "PARLANCE_HTTP_PORT": str(layout.http_port),
        "PARLANCE_SECRET_KEYS": secrets["fernet"],
        "PARLANCE_LOG_LEVEL": "INFO",
        "GRPC_ENABLE_FORK_SUPPORT": "0",
    }


def merged_environment(local: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The local variables, with what the user has set himself on top.

    An S3 or model server of the user's comes with the user's credentials or none: the random
    local ones would only hide that they are missing.
    """
    chosen = {name: own[name] for name in local if own.get(name)}
    chosen.pop("PARLANCE_DATA", None)
    merged = {**local, **chosen}
    if is_external(local, own, "PARLANCE_S3_ENDPOINT_URL"):
        merged["PARLANCE_S3_PUBLIC_URL"] = own.get(
            "PARLANCE_S3_PUBLIC_URL", own["PARLANCE_S3_ENDPOINT_URL"]
        )
    return merged


def is_external(local: Mapping[str, str], own: Mapping[str, str], name: str) -> bool:
    """Whether the user's variable points to something other than the local part."""
    return bool(own.get(name)) and own[name] != local[name]


def database_variable(database: str) -> str:
    """The variable that holds the URL of a service's database."""
    return f"PARLANCE_{database.upper()}_DATABASE_URL"


def _database_url(layout: Layout, secrets: Mapping[str, str], database: str) -> str:
    password = secrets[f"postgres_{database}"]
    return f"postgresql://{database}:{password}@{HOST}:{layout.port('postgres')}/{database}"
