//! What an error of the machine or of the bytes means for a fetch. Knows no socket.

use super::tls::alerted;
use super::track::Track;
use crate::failure::{Failure, FailureKind};
use crate::http::{ErrorClass, HttpError};
use crate::phase::Phase;
use rustix::io::Errno;
use std::io::{Error, ErrorKind};
use tokio_rustls::rustls;

impl Track {
    /// The failure that an I/O error in the current phase amounts to.
    pub(super) fn io_failure(&self, error: &Error) -> Failure {
        if let Some(rustls::Error::AlertReceived(alert)) = of_tls(error) {
            return self.failure(FailureKind::Tls, &format!("{} {}", self.peer, alerted(*alert)));
        }
        if self.phase() == Phase::Tls && error.kind() == ErrorKind::UnexpectedEof {
            // Whoever means it says so by an alert; this is as a close before the answer.
            self.waver();
        }
        let (kind, words) = self.cause(error);
        self.failure(kind, &format!("{words}: {}", self.peer))
    }

    /// What an I/O error in the current phase is, and its words.
    pub(super) fn cause(&self, error: &Error) -> (FailureKind, String) {
        let (kind, words) = classify(error, self.phase());
        (kind, words.map_or_else(|| error.to_string().to_lowercase(), str::to_owned))
    }

    /// The failure that bytes which are no good HTTP amount to.
    pub(super) fn http_failure(&self, error: &HttpError) -> Failure {
        let kind = match error.kind() {
            ErrorClass::Protocol => FailureKind::Protocol,
            ErrorClass::Truncated => FailureKind::Truncated,
            ErrorClass::NoResponse => FailureKind::Reset,
            ErrorClass::TooLarge => FailureKind::TooLarge,
        };
        self.failure(kind, &format!("{error}: {}", self.peer))
    }
}

/// What the library of TLS has to say, where the error is one of its own.
pub(super) fn of_tls(error: &Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

fn classify(error: &Error, phase: Phase) -> (FailureKind, Option<&'static str>) {
    if let Some(words) = words_of(error, &LOCAL) {
        return (FailureKind::Local, Some(words));
    }
    if phase == Phase::Dns {
        return (FailureKind::Dns, None);
    }
    let no_address: &[_] = if phase == Phase::Connect { &NO_ADDRESS } else { &[] };
    if let Some(words) = words_of(error, &NO_WAY).or_else(|| words_of(error, no_address)) {
        return (FailureKind::Unreachable, Some(words));
    }
    match error.kind() {
        ErrorKind::ConnectionRefused => (FailureKind::ConnectRefused, Some("connection refused")),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            (FailureKind::Reset, Some("connection reset by peer"))
        }
        ErrorKind::TimedOut if phase <= Phase::Tls => (FailureKind::ConnectTimeout, Some("timed out")),
        ErrorKind::TimedOut => (FailureKind::Timeout, Some("timed out")),
        ErrorKind::UnexpectedEof if phase <= Phase::Tls => {
            (FailureKind::Tls, Some("connection closed in the handshake"))
        }
        // A record that can't be read, or an alert: some are sent only after the handshake.
        ErrorKind::InvalidData => (FailureKind::Tls, None),
        ErrorKind::UnexpectedEof => (FailureKind::Truncated, Some("connection closed without a TLS close")),
        _ if phase == Phase::Connect => (FailureKind::Unreachable, None),
        _ if phase == Phase::Tls => (FailureKind::Tls, None),
        _ => (FailureKind::Reset, None),
    }
}

/// What this machine has run out of: never the server's fault.
const LOCAL: [(Errno, &str); 5] = [
    (Errno::MFILE, "this program may open no more files"),
    (Errno::NFILE, "this machine has no file descriptor left"),
    (Errno::NOBUFS, "this machine has no buffer left"),
    (Errno::NOMEM, "this machine has no memory left"),
    (Errno::ADDRNOTAVAIL, "this machine has no port left"),
];

/// Why no packet goes there, or none comes back. This machine says so, or a router on the way.
const NO_WAY: [(Errno, &str); 8] = [
    (Errno::NETUNREACH, "no route"),
    (Errno::HOSTUNREACH, "no route"),
    (Errno::NETDOWN, "the network is down"),
    (Errno::NETRESET, "the network was reset"),
    (Errno::HOSTDOWN, "the host is down"),
    (Errno::NONET, "no network"),
    (Errno::ACCESS, "this machine does not permit it"),
    (Errno::PERM, "this machine does not permit it"),
];

/// Why an address can't be dialled at all.
const NO_ADDRESS: [(Errno, &str); 6] = [
    (Errno::INVAL, "not an address to connect to"),
    (Errno::AFNOSUPPORT, "this machine does not speak its protocol"),
    (Errno::PROTONOSUPPORT, "this machine does not speak its protocol"),
    (Errno::OPNOTSUPP, "this machine does not speak its protocol"),
    (Errno::PROTO, "refused by its protocol"),
    (Errno::NOPROTOOPT, "refused by its protocol"),
];

/// The words of `error`, if `table` has it.
fn words_of(error: &Error, table: &[(Errno, &'static str)]) -> Option<&'static str> {
    let errno = Errno::from_io_error(error)?;
    table.iter().find(|(known, _)| *known == errno).map(|&(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_machine_is_told_by_its_cause_and_its_phase() {
        let cases = [
            (Errno::MFILE, Phase::Connect, FailureKind::Local),
            (Errno::ADDRNOTAVAIL, Phase::Connect, FailureKind::Local),
            (Errno::NOBUFS, Phase::Body, FailureKind::Local),
            (Errno::CONNREFUSED, Phase::Connect, FailureKind::ConnectRefused),
            (Errno::HOSTUNREACH, Phase::Connect, FailureKind::Unreachable),
            (Errno::NETUNREACH, Phase::Body, FailureKind::Unreachable),
            (Errno::NETDOWN, Phase::Connect, FailureKind::Unreachable),
            (Errno::HOSTDOWN, Phase::Connect, FailureKind::Unreachable),
            (Errno::ACCESS, Phase::Connect, FailureKind::Unreachable),
            (Errno::PERM, Phase::Connect, FailureKind::Unreachable),
            (Errno::INVAL, Phase::Connect, FailureKind::Unreachable),
            (Errno::AFNOSUPPORT, Phase::Connect, FailureKind::Unreachable),
            (Errno::IO, Phase::Connect, FailureKind::Unreachable),
            (Errno::NFILE, Phase::Dns, FailureKind::Local),
            (Errno::NOMEM, Phase::Connect, FailureKind::Local),
            (Errno::CONNABORTED, Phase::Connect, FailureKind::Reset),
            (Errno::CONNRESET, Phase::Connect, FailureKind::Reset),
            (Errno::TIMEDOUT, Phase::Connect, FailureKind::ConnectTimeout),
            (Errno::TIMEDOUT, Phase::Body, FailureKind::Timeout),
            (Errno::CONNRESET, Phase::Tls, FailureKind::Reset),
            (Errno::PIPE, Phase::Send, FailureKind::Reset),
            (Errno::IO, Phase::Dns, FailureKind::Dns),
            (Errno::CONNREFUSED, Phase::Dns, FailureKind::Dns),
            (Errno::INVAL, Phase::Body, FailureKind::Reset),
            (Errno::IO, Phase::Body, FailureKind::Reset),
        ];
        for (errno, phase, kind) in cases {
            assert_eq!(classify(&Error::from_raw_os_error(errno.raw_os_error()), phase).0, kind, "{errno:?} {phase:?}");
        }
    }

    #[test]
    fn a_close_without_a_tls_close_is_a_handshake_cut_off_or_a_body_cut_short() {
        let close = Error::from(ErrorKind::UnexpectedEof);
        assert_eq!(classify(&close, Phase::Tls).0, FailureKind::Tls);
        assert_eq!(classify(&close, Phase::Body).0, FailureKind::Truncated);
    }
}
