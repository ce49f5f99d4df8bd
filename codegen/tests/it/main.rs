//! The compiler from outside: what it says about documents, and the docs that it generates.

mod diagnostics;
mod identity;
mod merges;
mod passes;
mod pipeline;
mod requests;
