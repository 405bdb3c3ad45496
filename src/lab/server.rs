//! The lab's thread: listens on loopback and accepts until it is stopped. Knows nothing of HTTP.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::oneshot;
use tokio::{runtime, select, time};

use super::connection;
use super::desk::Desk;

/// Thousands may connect in one burst; the kernel cuts this to its own limit.
const BACKLOG: u32 = 8192;
/// Out of file descriptors, most of all: some connection must end first.
const AFTER_A_FAILED_ACCEPT: Duration = Duration::from_millis(10);

/// Runs until `stop` is sent or dropped. Says once where it listens, or why it doesn't.
pub(super) fn run(port: u16, desk: Arc<Desk>, ready: &Sender<io::Result<SocketAddr>>, stop: oneshot::Receiver<()>) {
    if let Err(error) = serve(port, desk, ready, stop) {
        let error = io::Error::new(error.kind(), format!("lab: cannot listen on 127.0.0.1:{port}: {error}"));
        // Whoever started the lab may have given up; then nobody wants to know.
        let _ = ready.send(Err(error));
    }
}

/// The runtime ends with this function, and each open connection with it.
fn serve(
    port: u16,
    desk: Arc<Desk>,
    ready: &Sender<io::Result<SocketAddr>>,
    stop: oneshot::Receiver<()>,
) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    runtime.block_on(async {
        let listener = listen(port)?;
        let _ = ready.send(Ok(listener.local_addr()?));
        select! {
            _ = stop => {}
            () = accept(&listener, &desk) => {}
        }
        Ok(())
    })
}

fn listen(port: u16) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    socket.listen(BACKLOG)
}

async fn accept(listener: &TcpListener, desk: &Arc<Desk>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            time::sleep(AFTER_A_FAILED_ACCEPT).await;
            continue;
        };
        let desk = Arc::clone(desk);
        tokio::spawn(async move { connection::serve(stream, &desk).await });
    }
}
