//! What is done to a function once its code is there: variables, fields and lists become values, conditions are weighed,
//! and what is certain of the values is noted. Each pass looks at one function, or at the functions of one module.

pub mod arrays;
pub(super) mod compact;
pub(super) mod copies;
pub(super) mod ends;
pub(super) mod facts;
pub(super) mod fields;
pub mod guards;
pub mod maps;
pub(super) mod naming;
pub(super) mod ssa;
pub(super) mod tested;
pub(super) mod turns;
pub(super) mod val_map;
pub(super) mod wrapped;
