//! A client for the Xquik account API.
