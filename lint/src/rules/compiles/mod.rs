//! What compiles: what the compiler would refuse or note.

pub(crate) mod compiler_note;
pub(crate) mod does_not_compile;
