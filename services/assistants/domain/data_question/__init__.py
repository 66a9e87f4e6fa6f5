"""Questions that the data tables of a knowledge base answer: read, put as SQL, told in words."""
