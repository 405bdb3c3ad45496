//! The real binary against real servers on loopback: nginx, and Python's http.server. Where one is not installed its
//! tests say so and pass.

#[expect(dead_code, reason = "other test programs use the rest of it")]
#[path = "../support/authority.rs"]
mod authority;
mod docs;
mod files;
mod nginx;
#[expect(dead_code, reason = "other test programs use the rest of it")]
#[path = "../cli/program.rs"]
mod program;
mod python;
#[path = "../support/skipped.rs"]
mod skipped;
mod told;
