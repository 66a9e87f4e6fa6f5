"""Documents' bytes in S3, or in what speaks like it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from contracts.errors import Unavailable

log = structlog.get_logger(__name__)
SIGNED_LINKS = 4_096  # kept: to sign one takes half a millisecond
_PIECE_BYTES = 1024 * 1024
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})


def s3_client(*, endpoint_url: str | None, region: str, access_key: str, secret_key: str) -> Any:
    """With short deadlines: whoever waits for it has one of their own. No endpoint: AWS's."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint_url,
        region_name=region,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(
            signature_version="s3v4",
            connect_timeout=1.5,
            read_timeout=6,
            retries={"mode": "standard", "total_max_attempts": 2},
            s3={"addressing_style": "path" if endpoint_url else "auto"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


class S3ObjectStore:
    """The port `ObjectStore`. public: signs what browsers fetch, for the address they use."""

    def __init__(self, client: Any, *, public: Any, bucket: str) -> None:
        self._client = client
        self._public = public
        self._bucket = bucket
        self._signed = lru_cache(SIGNED_LINKS)(self._sign)

    def put_url(self, key: str, *, size_bytes: int, lifetime: timedelta) -> str:
        return str(
            self._client.generate_presigned_url(
                "put_object",
                Params={"Bucket": self._bucket, "Key": key, "ContentLength": size_bytes},
                ExpiresIn=int(lifetime.total_seconds()),
            )
        )

    def get_url(self, key: str, *, file_name: str, lifetime: timedelta) -> str:
        """Good for two thirds of `lifetime` at least: within a third of it, the link is the same."""
        seconds = int(lifetime.total_seconds())
        return self._signed(key, file_name, seconds, int(time.time() // max(1, seconds // 3)))

    def _sign(self, key: str, file_name: str, seconds: int, _period: int) -> str:
        return str(
            self._public.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": key,
                    "ResponseContentDisposition": _attachment(file_name),
                },
                ExpiresIn=seconds,
            )
        )

    def size(self, key: str) -> int | None:
        with _reached(missing_ok=True):
            return int(self._client.head_object(Bucket=self._bucket, Key=key)["ContentLength"])
        return None

    def head(self, key: str, *, length: int) -> bytes:
        with _reached():
            answer = self._client.get_object(
                Bucket=self._bucket, Key=key, Range=f"bytes=0-{length - 1}"
            )
            return bytes(answer["Body"].read(length))
        raise AssertionError("unreachable")

    def download(self, key: str, target: Path) -> bool:
        with _reached(missing_ok=True):
            body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
            with target.open("wb") as file:
                for piece in body.iter_chunks(_PIECE_BYTES):
                    file.write(piece)
            return True
        return False

    def upload(self, key: str, source: Path) -> None:
        with _reached(), source.open("rb") as file:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=file)

    def delete(self, key: str) -> None:
        with _reached(missing_ok=True):
            self._client.delete_object(Bucket=self._bucket, Key=key)


@contextmanager
def _reached(*, missing_ok: bool = False) -> Iterator[None]:
    """Away, refusing or failing becomes Unavailable; a missing object ends the block where it may."""
    try:
        yield
    except ClientError as error:
        if missing_ok and error.response.get("Error", {}).get("Code") in _MISSING:
            return
        log.warning("object_storage_refused", reason=str(error)[:300])
        raise Unavailable.of("Object storage") from error
    except (BotoCoreError, OSError) as error:
        log.warning("object_storage_away", reason=repr(error)[:300])
        raise Unavailable.of("Object storage") from error


def _attachment(file_name: str) -> str:
    """RFC 6266: a plain name for old clients, the true one beside it."""
    plain = "".join(
        letter if letter.isascii() and letter.isprintable() and letter not in '"\\' else "_"
        for letter in file_name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
