"""What the law gives people: identities locked away, copies, reviews, erasure, ends of keeping."""
