"""Pure moderation library: text and context in, verdict out. Must not know chatserver, a clock or a network."""
