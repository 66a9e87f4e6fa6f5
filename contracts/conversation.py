"""Who may speak to whom: the only arrows there are. A test holds the code against them."""

ASKS_BY_RPC = {
    ("gateway", "auth"),
    ("gateway", "assistants"),
    ("gateway", "knowledge"),
    ("gateway", "evaluation"),
    ("assistants", "knowledge"),
    ("evaluation", "assistants"),  # the configuration that a run snapshots
    ("evaluation", "knowledge"),  # passages to draw cases from
}
STREAMS_BY_GRPC = {
    ("gateway", "assistants"),  # Chat.Answer, WhatsApp.Answer, Tools.Execute
    ("assistants", "knowledge"),  # Search.Passages, Tables
    ("evaluation", "assistants"),  # Chat.Answer
    ("evaluation", "knowledge"),  # Search.Passages
}
LISTENS_TO = {
    ("assistants", "auth"),  # user_deleted.v1
    ("gateway", "auth"),  # user_deleted.v1, user_deactivated.v1
    ("knowledge", "auth"),  # user_deleted.v1
    ("evaluation", "auth"),  # user_deleted.v1
    ("assistants", "knowledge"),  # knowledge_base_deleted.v1
}
