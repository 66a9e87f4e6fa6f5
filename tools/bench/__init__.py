"""`make bench`: every figure next to its reference, in one run on one machine."""

import os

# The exact search that ours is compared with computes on one thread, as Milvus does here. Read at
# numpy's first import; taken back, because the processes under test inherit this environment.
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # noqa: TID251 - nobody else can set it early enough
import numpy as np  # noqa: F401

del os.environ["OPENBLAS_NUM_THREADS"]  # noqa: TID251
