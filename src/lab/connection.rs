//! One client's connection from its first byte to its end. Knows nothing of which answer is right.

use std::io;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time;

use super::desk::{Answer, Desk};
use super::request::{Inbox, Refusal, Request};
use super::response::{Ending, Response, Step};

/// A client that is still sending would lose the answer if the socket were closed at once (RFC 9112, section 9.6).
const LINGER: Duration = Duration::from_secs(1);

/// Answers request after request. Errors mean that the client went away: nobody is left to be told.
pub(super) async fn serve(mut stream: TcpStream, desk: &Desk) -> io::Result<()> {
    let open = desk.counter.connected();
    stream.set_nodelay(true)?;
    let mut inbox = Inbox::default();
    while let Some(received) = receive(&stream, &mut inbox).await? {
        let ending = match received {
            Ok(request) => answer(&mut stream, desk, &request).await?,
            Err(refusal) => send(&mut stream, desk.refuse(refusal)).await?,
        };
        match ending {
            Ending::Reuse => {}
            Ending::Close => {
                // A client may connect anew as soon as it sees the end: this one must be counted off before.
                drop(open);
                return close(stream).await;
            }
            Ending::Reset => {
                drop(open);
                return stream.set_zero_linger();
            }
        }
    }
    Ok(())
}

/// The next request, or `None` when the client has closed.
async fn receive(stream: &TcpStream, inbox: &mut Inbox) -> io::Result<Option<Result<Request, Refusal>>> {
    loop {
        if let Some(received) = inbox.take().transpose() {
            return Ok(Some(received));
        }
        stream.readable().await?;
        match read_once(stream, inbox) {
            Ok(0) => return Ok(None),
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            Ok(_) | Err(_) => {}
        }
    }
}

/// The buffer is on the stack, and so in none of the ten thousand futures that wait.
fn read_once(stream: &TcpStream, inbox: &mut Inbox) -> io::Result<usize> {
    let mut buffer = [0; 2048];
    let length = stream.try_read(&mut buffer)?;
    inbox.push(&buffer[..length]);
    Ok(length)
}

async fn answer(stream: &mut TcpStream, desk: &Desk, request: &Request) -> io::Result<Ending> {
    let _answering = desk.counter.answering();
    let errand = desk.take(request);
    pass(desk.latency(&errand)).await;
    match desk.answer(errand) {
        Answer::Response(response) => send(stream, response).await,
        Answer::Reset => Ok(Ending::Reset),
        Answer::Silence => {
            discard(stream).await?;
            Ok(Ending::Close)
        }
    }
}

async fn send(stream: &mut TcpStream, mut response: Response) -> io::Result<Ending> {
    let mut out = Vec::new();
    loop {
        out.clear();
        let step = response.step(&mut out);
        stream.write_all(&out).await?;
        match step {
            Step::Pause(pause) => pass(pause).await,
            Step::End(ending) => return Ok(ending),
        }
    }
}

/// A timer turns a wait of nothing into a millisecond.
async fn pass(duration: Duration) {
    if !duration.is_zero() {
        time::sleep(duration).await;
    }
}

async fn close(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    time::timeout(LINGER, discard(&stream)).await.unwrap_or(Ok(()))
}

/// Reads and forgets until the client closes.
async fn discard(stream: &TcpStream) -> io::Result<()> {
    loop {
        stream.readable().await?;
        match stream.try_read(&mut [0; 2048]) {
            Ok(0) => return Ok(()),
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            Ok(_) | Err(_) => {}
        }
    }
}
