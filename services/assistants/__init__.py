"""assistants owns assistants, their prompts and their conversations; it answers questions in a stream."""
