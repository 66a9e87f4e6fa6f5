"""Who may speak to whom: the only arrows there are. A test holds the code against them."""

ASKS_BY_RPC = {
    ("gateway", "auth"),
    ("gateway", "assistants"),
    ("gateway", "knowledge"),
    ("assistants", "knowledge"),
}
STREAMS_BY_GRPC = {
    ("gateway", "assistants"),  # Chat.Answer
    ("assistants", "knowledge"),  # Search.Passages
}
LISTENS_TO = {
    ("assistants", "auth"),  # user_deleted.v1
    ("gateway", "auth"),  # user_deleted.v1, user_deactivated.v1
    ("knowledge", "auth"),  # user_deleted.v1
    ("assistants", "knowledge"),  # knowledge_base_deleted.v1
}
