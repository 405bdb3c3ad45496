//! What is said over a connection: a request is sent, its answer received. Knows nothing of how it was opened.

use super::answer::{Answer, Received};
use super::buffers::{READ_BYTES, give_back, take};
use super::fetcher::Fetcher;
use super::known::Known;
use super::pool::Connection;
use super::stream::Stream;
use super::track::Track;
use crate::failure::Failure;
use crate::phase::Phase;
use crate::reuse::Reuse;
use std::io::ErrorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Reads after which a turn is given away: a quarter of a MiB.
const TURN: u32 = 16;

impl Fetcher {
    /// Sends the request and receives the answer; the connection is kept where it can be.
    pub(super) async fn talk(
        &self,
        mut connection: Connection<Stream>,
        known: &mut Known,
        track: &mut Track,
    ) -> Result<(), Failure> {
        let _talks = self.shortage.talk();
        let mut request = take();
        self.request(known, track, &mut request)?;
        // Over a kept connection nothing has happened yet in this step.
        let now = if track.is_new() { track.stepped() } else { track.emitter.now() };
        track.enter_at(Phase::Send, now);
        send(&mut connection.stream, &request, track).await?;
        give_back(request);
        track.enter(Phase::Wait);
        readable(&mut connection.stream, track).await?;
        let method = known.method(self.method(), track);
        let answer = Answer::new(method, self.wanted(track.errand()), self.options.asks.follow);
        let reuse = receive(&mut connection.stream, known.answer.insert(Box::new(answer)), track).await?;
        if known.keep(self.fresh(reuse)) {
            connection.carried += 1;
            self.pool.park(&known.way(), connection, track.stepped());
        }
        Ok(())
    }
}

/// Waits until there is something to read. Until then there is neither a buffer nor an answer: ten thousand connections
/// that wait have no room for them.
async fn readable(stream: &mut Stream, track: &mut Track) -> Result<(), Failure> {
    let ready = track.within_polls(|context, _| stream.poll_readable(context)).await?;
    ready.map_err(|error| track.io_failure(&error))
}

async fn receive(stream: &mut Stream, answer: &mut Answer, track: &mut Track) -> Result<Reuse, Failure> {
    let (mut unread, mut reads) = (Vec::new(), 0_u32);
    loop {
        let mut buffer = if unread.is_empty() { take() } else { unread };
        let received = receive_some(stream, answer, &mut buffer, track).await;
        unread = if buffer.is_empty() { give_back(buffer) } else { buffer };
        if let Some(reuse) = answer.settle(received, track)? {
            return Ok(reuse);
        }
        reads += 1;
        let goes_on = async {
            if reads.is_multiple_of(TURN) {
                // Where a peer never lets it wait, others are to have their turn, and limits count all the same.
                track.give_turn().await?;
            }
            readable(stream, track).await
        };
        let waited = goes_on.await.map(|()| None);
        if let Some(reuse) = answer.settle(waited, track)? {
            return Ok(reuse);
        }
    }
}

async fn send(stream: &mut Stream, request: &[u8], track: &mut Track) -> Result<(), Failure> {
    let sent = async {
        stream.write_all(request).await?;
        stream.flush().await
    };
    track.within(sent).await?.map_err(|error| track.io_failure(&error))
}

/// Reads once, and says what becomes of the connection once the answer is whole.
async fn receive_some(
    stream: &mut Stream,
    answer: &mut Answer,
    buffer: &mut Vec<u8>,
    track: &mut Track,
) -> Result<Option<Reuse>, Failure> {
    buffer.reserve(READ_BYTES);
    let (read, clean) = match track.within(stream.read_buf(buffer)).await? {
        Ok(read) => (read, true),
        // rustls tells a close without close_notify so; whether it matters is the framing's to say.
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => (0, false),
        Err(error) => return Err(track.io_failure(&error)),
    };
    if read == 0 {
        return answer.end(buffer.len(), clean, track).map(Some);
    }
    loop {
        match answer.receive(buffer, track)? {
            Received::More => return Ok(None),
            Received::Slice => track.give_turn().await?,
            Received::Whole(reuse) => return Ok(Some(reuse)),
        }
    }
}
