//! The built-in site, for a demo or alone.

use super::{enough_files, no_loop, runtime, unwritable};
use crate::cli::LabArgs;
use crate::config::{Usage, lab_alone};
use crate::lab::{Lab, LabConfig};
use crate::signals::{Signal, Signals};
use std::io::{self, Write};

pub(super) fn start_lab(config: LabConfig) -> Result<Lab, Usage> {
    enough_files()?;
    let port = config.port;
    Lab::start(config).map_err(|error| {
        Usage::new(
            format!("the site can't be served at port {port}: {error}"),
            "choose another with --port, 0 for a free one",
        )
    })
}

/// Serves the lab until a signal ends it.
pub(super) fn lab(args: &LabArgs) -> Result<u8, Usage> {
    let lab = start_lab(lab_alone(args))?;
    let mut text = format!("{}\n", lab.url());
    for line in lab.site().describe() {
        text += &format!("{line}\n");
    }
    if let Err(error) = io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        return Ok(unwritable(&error));
    }
    let signal = runtime()?.block_on(async {
        let mut signals = Signals::new().map_err(no_loop)?;
        loop {
            match signals.next().await {
                Signal::Suspend | Signal::Continue => {}
                signal => return Ok(signal),
            }
        }
    })?;
    let asked = lab.asked();
    let _ = writeln!(io::stderr(), "asked {} times over {} connections", asked.total, asked.connections);
    Ok(signal.exit_code())
}
