//! JSON with spans, tolerant of comments and trailing commas.
