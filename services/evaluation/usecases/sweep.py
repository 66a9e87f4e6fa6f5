"""Find runs and cases that got stuck, and set them going again."""

from dataclasses import dataclass
from datetime import timedelta

from services.evaluation.ports import Jobs, RunCare


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """One round, by one process at a time. Each step stands alone."""

    care: RunCare
    jobs: Jobs
    silent_for: timedelta = timedelta(seconds=60)

    def adopt_orphans(self) -> None:
        """Only while no job waits: then a case that nobody works on has none."""
        if self.jobs.waiting() == 0:
            self.care.adopt_orphans(silent_for=self.silent_for)

    def finish_runs(self) -> None:
        """A crash between the last verdict and the run's end cannot happen; a bug can."""
        self.care.finish_runs()
