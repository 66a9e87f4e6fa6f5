"""The frame that every service is bolted on. It knows no domain word."""
