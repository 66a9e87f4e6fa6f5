"""The first code that runs: find Python 3.11, then install (`setup`) or install and start (`run`).

It must be readable to older Pythons, or they could not say what is wrong.
"""

import os
import shutil
import subprocess
import sys

_WANTED = "3.11"


def main() -> int:
    """Go on in this Python when it is the right one, else in a python3.11 on the PATH."""
    if "{}.{}".format(*sys.version_info[:2]) == _WANTED:
        from local.setup import main as set_up  # noqa: PLC0415 - new syntax inside

        return set_up(sys.argv[1:])
    other = shutil.which("python" + _WANTED)
    if other and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
        os.execv(other, [other, "-m", "local.bootstrap", *sys.argv[1:]])  # noqa: S606
    sys.stderr.write(
        f"parlance: Python 3.11 is needed, this is {sys.version.split()[0]} ({sys.executable})\n"
        "  what to do: apt-get install python3 on Debian 12, or\n"
        "  make PYTHON=/path/to/python3.11 run\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
