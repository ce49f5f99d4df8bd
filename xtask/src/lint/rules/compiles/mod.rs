//! What compiles: what the compiler would refuse or note.

pub(in crate::lint) mod compiler_note;
pub(in crate::lint) mod does_not_compile;
