//! What practitioners do, as the guidance says it: calendars, timescales, pathways and
//! processes that could be decided with pen and paper. Pure: it reads no clock, file, database
//! or network, and knows nothing of pages.

pub mod calendar;
pub mod confirmation;
pub mod data_request;
pub mod disclosure;
pub mod identifiers;
pub mod intelligence;
pub mod pathway;
pub mod processes;
pub mod retention;
pub mod roles;
pub mod timescales;
