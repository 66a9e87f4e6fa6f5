"""evaluation owns test suites, their runs and what the runs measured."""
