"""The local run: everything Parlance needs on one machine, under one supervisor."""
