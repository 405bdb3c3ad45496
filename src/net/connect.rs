//! The TCP handshake, with one address of a host or several at once, and how many descriptors there are for it. Knows
//! nothing of HTTP.

use super::causes::Cause;
use super::dialling::Dialling;
use super::shortage::Room;
use super::track::Track;
use crate::clock::At;
use crate::event::EventKind;
use crate::failure::Failure;
use crate::phase::Phase;
use crate::wake::Wake;
use std::future::Future;
use std::io::Result as IoResult;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// Dials the addresses by RFC 8305: in turn, one joining the other where that does not answer soon. The first to connect
/// wins. Where something of this machine is lacking, it waits for that: in `blocked`, while another fetch will give it back,
/// and else as long as it may connect.
///
/// # Errors
/// What the addresses that failed come to, or the limit that was reached.
pub async fn connect(
    addresses: &[SocketAddr],
    room: Room<'_>,
    track: &mut Track,
) -> Result<(TcpStream, SocketAddr), Failure> {
    track.enter(Phase::Connect);
    let mut dialling = Dialling::new(addresses, room, track);
    let mut race = Race::default();
    let (stream, address) = loop {
        if let Some(address) = dialling.next(track) {
            race.dial(address);
        }
        if race.running.is_empty() && dialling.turn().is_none() {
            return Err(dialling.failure(track));
        }
        race.set_alarm(dialling.turn(), track);
        let step = track.within_polls(|socket, task| race.poll(socket, task, &mut dialling)).await;
        match step.map_err(|failure| dialling.cut_short(failure, track))? {
            Step::Turn => {}
            Step::Begun => Dialling::go_on(track),
            Step::Ended(address, Ok(stream)) => {
                Dialling::go_on(track);
                break (stream, address);
            }
            Step::Ended(address, Err(error)) => dialling.lose(address, error, track),
        }
    };
    // Without it the request only waits longer; the fetch goes on.
    let _ = stream.set_nodelay(true);
    tell_connected(address, track);
    Ok((stream, address))
}

/// The attempts under way. Those that have not won are closed with it.
#[derive(Default)]
struct Race {
    running: Vec<Attempt>,
    alarm: Option<Alarm>,
}

struct Attempt {
    address: SocketAddr,
    connected: Pin<Box<dyn Future<Output = IoResult<TcpStream>> + Send>>,
}

/// What a race came to next.
enum Step {
    Ended(SocketAddr, IoResult<TcpStream>),
    /// It is the turn of the next address.
    Turn,
    /// What was lacking to dial an address is there.
    Begun,
}

impl Race {
    fn dial(&mut self, address: SocketAddr) {
        self.running.push(Attempt { address, connected: Box::pin(TcpStream::connect(address)) });
    }

    /// Where no address is left to wait its turn, no timer is needed.
    fn set_alarm(&mut self, turn: Option<At>, track: &Track) {
        match (turn, &self.alarm) {
            (None, _) => self.alarm = None,
            (Some(turn), Some(alarm)) if alarm.rings == turn => {}
            (Some(turn), _) => self.alarm = Some(Alarm::new(turn, track)),
        }
    }

    fn poll(&mut self, socket: &mut Context<'_>, task: &Context<'_>, dialling: &mut Dialling<'_>) -> Poll<Step> {
        for (place, attempt) in self.running.iter_mut().enumerate() {
            if let Poll::Ready(ended) = attempt.connected.as_mut().poll(socket) {
                let address = self.running.remove(place).address;
                return Poll::Ready(Step::Ended(address, ended));
            }
        }
        if self.running.iter().any(|attempt| dialling.begin(attempt.address)) {
            return Poll::Ready(Step::Begun);
        }
        let Some(alarm) = &mut self.alarm else { return Poll::Pending };
        ready!(alarm.sleep.as_mut().poll(&mut alarm.cause.on_behalf_of(task)));
        // The time of the run may have stood meanwhile: then it is set anew.
        self.alarm = None;
        Poll::Ready(Step::Turn)
    }
}

/// Rings when it is the turn of the next address.
struct Alarm {
    rings: At,
    cause: Cause,
    sleep: Pin<Box<Sleep>>,
}

impl Alarm {
    fn new(turn: At, track: &Track) -> Alarm {
        let sleep = Box::pin(tokio::time::sleep(turn - track.emitter.now()));
        Alarm { rings: turn, cause: track.cause_of(Wake::Timer), sleep }
    }
}

pub(super) fn tell_connected(address: SocketAddr, track: &Track) {
    if track.emitter.detailed() {
        track.emitter.emit(EventKind::Connected { id: track.id, address });
    }
}
