"""What a service says of itself beside its objectives: one module each, with fragment, record and checks."""
