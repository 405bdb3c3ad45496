//! What an error of the machine or of the bytes means for a fetch. Knows no socket.

use super::tls::alerted;
use super::track::Track;
use crate::failure::{Failure, FailureKind};
use crate::http::{ErrorClass, HttpError};
use crate::phase::Phase;
use std::io::{Error, ErrorKind};
use tokio_rustls::rustls;

impl Track {
    /// The failure that an I/O error in the current phase amounts to.
    pub(super) fn io_failure(&self, error: &Error) -> Failure {
        if let Some(rustls::Error::AlertReceived(alert)) = of_tls(error) {
            return self.failure(FailureKind::Tls, &format!("{} {}", self.peer, alerted(*alert)));
        }
        let (kind, words) = classify(error, self.phase());
        let words = words.map_or_else(|| error.to_string().to_lowercase(), str::to_owned);
        self.failure(kind, &format!("{words}: {}", self.peer))
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
    if is_local(error) {
        return (FailureKind::Local, None);
    }
    match error.kind() {
        ErrorKind::ConnectionRefused => (FailureKind::ConnectRefused, Some("connection refused")),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            (FailureKind::Reset, Some("connection reset by peer"))
        }
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => (FailureKind::Unreachable, Some("no route")),
        ErrorKind::TimedOut if phase <= Phase::Tls => (FailureKind::ConnectTimeout, Some("timed out")),
        ErrorKind::TimedOut => (FailureKind::Timeout, Some("timed out")),
        ErrorKind::UnexpectedEof if phase <= Phase::Tls => {
            (FailureKind::Tls, Some("connection closed in the handshake"))
        }
        // A record that can't be read, or an alert: some are sent only after the handshake.
        ErrorKind::InvalidData => (FailureKind::Tls, None),
        ErrorKind::UnexpectedEof => (FailureKind::Truncated, Some("connection closed without a TLS close")),
        _ if phase == Phase::Dns => (FailureKind::Dns, None),
        _ if phase == Phase::Connect => (FailureKind::Unreachable, None),
        _ if phase == Phase::Tls => (FailureKind::Tls, None),
        _ => (FailureKind::Reset, None),
    }
}

/// Out of descriptors, ports or buffers: this machine's fault, never the server's.
fn is_local(error: &Error) -> bool {
    use rustix::io::Errno;
    let codes = [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM, Errno::ADDRNOTAVAIL];
    error.raw_os_error().is_some_and(|code| codes.iter().any(|errno| errno.raw_os_error() == code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::io::Errno;

    #[test]
    fn an_error_of_the_machine_is_told_by_its_cause_and_its_phase() {
        let cases = [
            (Errno::MFILE, Phase::Connect, FailureKind::Local),
            (Errno::ADDRNOTAVAIL, Phase::Connect, FailureKind::Local),
            (Errno::NOBUFS, Phase::Body, FailureKind::Local),
            (Errno::CONNREFUSED, Phase::Connect, FailureKind::ConnectRefused),
            (Errno::HOSTUNREACH, Phase::Connect, FailureKind::Unreachable),
            (Errno::NETUNREACH, Phase::Body, FailureKind::Unreachable),
            (Errno::ACCESS, Phase::Connect, FailureKind::Unreachable),
            (Errno::TIMEDOUT, Phase::Connect, FailureKind::ConnectTimeout),
            (Errno::TIMEDOUT, Phase::Body, FailureKind::Timeout),
            (Errno::CONNRESET, Phase::Tls, FailureKind::Reset),
            (Errno::PIPE, Phase::Send, FailureKind::Reset),
            (Errno::IO, Phase::Dns, FailureKind::Dns),
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
