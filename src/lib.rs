//! A client for the Xquik account API.
pub mod generated;
