//! What the framework calls and wires: one file a mechanism. Names come from the models.
