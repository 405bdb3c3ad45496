//! What is said over a connection: a request is sent, its answer received. Knows nothing of how it was opened.

use super::answer::{Answer, Received};
use super::buffers::READ_BYTES;
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

impl Fetcher {
    /// Sends the request and receives the answer; the connection is kept where it can be.
    pub(super) async fn talk(
        &self,
        mut connection: Connection<Stream>,
        known: &mut Known,
        track: &mut Track,
    ) -> Result<(), Failure> {
        let request = self.request(known, track)?;
        track.enter(Phase::Send);
        send(&mut connection.stream, request, track).await?;
        track.enter(Phase::Wait);
        let method = known.method(self.method());
        let answer = known.answer.insert(Answer::new(method, self.wanted(), self.options.asks.follow));
        let reuse = self.receive(&mut connection.stream, answer, track).await?;
        if known.keep(self.fresh(reuse)) {
            connection.carried += 1;
            self.pool.park(&known.way(), connection, track.emitter.now());
        }
        Ok(())
    }

    /// A buffer is held only while there is something to read: ten thousand connections that wait have none.
    async fn receive(&self, stream: &mut Stream, answer: &mut Answer, track: &mut Track) -> Result<Reuse, Failure> {
        let mut unread = Vec::new();
        loop {
            let ready = track.within(stream.readable()).await;
            let received = match ready.and_then(|ready| ready.map_err(|error| track.io_failure(&error))) {
                Err(failure) => Err(failure),
                Ok(()) => {
                    let mut buffer = if unread.is_empty() { self.buffers.take() } else { unread };
                    let received = receive(stream, answer, &mut buffer, track).await;
                    unread = if buffer.is_empty() { self.buffers.give_back(buffer) } else { buffer };
                    received
                }
            };
            if let Some(reuse) = answer.settle(received, track)? {
                return Ok(reuse);
            }
        }
    }
}

async fn send(stream: &mut Stream, request: Vec<u8>, track: &mut Track) -> Result<(), Failure> {
    track.within(stream.write_all(&request)).await?.map_err(|error| track.io_failure(&error))?;
    track.within(stream.flush()).await?.map_err(|error| track.io_failure(&error))
}

/// Reads once, and says what becomes of the connection once the answer is whole.
async fn receive(
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
