"""Facts that services announce: a public interface, grown by optional fields only."""
