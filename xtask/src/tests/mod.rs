//! What holds of every subcommand that reads documents.

mod corpus;
mod hostile;
