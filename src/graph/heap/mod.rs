//! What objects hold: fields and their copies, views of whole objects, and what the language makes of them.
//! Knows no calls.

pub mod accesses;
pub mod conversions;
pub mod copies;
pub mod deep;
pub mod held;
pub mod loads;
pub mod pairs;
pub mod partial;
pub mod parts;
pub mod promises;
pub mod proxies;
pub mod refined;
pub mod turns;
