"""A private Milvus Lite behind the project's own server (local/milvus_server.py)."""

import sys

from local import probes
from local.layout import Layout, process_environment
from local.part import Part


def part(layout: Layout) -> Part:
    """The vector server of one data folder."""
    port = layout.port("milvus")
    folder = layout.folder("milvus")
    return Part(
        name="milvus",
        group="infrastructure",
        command=(
            *(sys.executable, "-m", "local.milvus_server"),
            *("--data", str(folder / "vectors.db"), "--port", str(port)),
        ),
        environment={
            **process_environment(),
            # At the default of 128 MB an insert stalls for seconds when it fills, and rows not
            # yet flushed are searched one by one in Python.
            "MILVUS_LITE_MEMTABLE_MEMORY_LIMIT_BYTES": str(16 * 1024 * 1024),
            "OMP_NUM_THREADS": "1",
            "GRPC_ENABLE_FORK_SUPPORT": "0",
        },
        ready=probes.tcp(port),
        port=port,
        ports=(port,),
        replaced_by="PARLANCE_MILVUS_URL",
    )
