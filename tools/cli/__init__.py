"""The command line for CI: a test suite against a running gateway, and an exit status."""
