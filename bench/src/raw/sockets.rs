//! The same frames written to the same number of sockets, by whoever does nothing else. What reads
//! them is a process of its own, so that this one's CPU time is that of sending.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream as StdStream};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::clock;
use crate::figures::{per_second, us_each};

/// How many frames wait for a socket at most.
const QUEUE: usize = 16;
/// How long the sockets may take to be there.
const PATIENCE: Duration = Duration::from_mins(1);

/// How frames are sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) sockets: usize,
    pub(crate) frame_bytes: usize,
    pub(crate) duration: Duration,
    /// How long after a frame the next one is due; as fast as they are taken without it.
    pub(crate) pause: Option<Duration>,
}

/// What sending took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) frames_per_second: f64,
    pub(crate) cpu_us_per_frame: f64,
}

/// The sockets, and the process that reads them. It ends with this value.
struct Crowd {
    sockets: Vec<TcpStream>,
    _readers: Child,
}

/// A task per socket, which writes bytes that all share.
pub(crate) async fn tasks(load: Load) -> anyhow::Result<Sent> {
    let crowd = Crowd::gather(load.sockets).await?;
    let mut writers = JoinSet::new();
    let mut queues = Vec::with_capacity(load.sockets);
    for mut socket in crowd.sockets {
        let (queue, mut frames) = mpsc::channel::<Arc<[u8]>>(QUEUE);
        queues.push(queue);
        writers.spawn(async move {
            let mut written = 0_u64;
            while let Some(frame) = frames.recv().await {
                if socket.write_all(&frame).await.is_err() {
                    break;
                }
                written += 1;
            }
            written
        });
    }
    let frame: Arc<[u8]> = vec![b'x'; load.frame_bytes].into();
    let (begun, cpu) = (clock::now(), clock::cpu());
    let mut ticks = load.pause.map(interval);
    if let Some(ticks) = &mut ticks {
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    }
    while clock::since(begun) < load.duration {
        if let Some(ticks) = &mut ticks {
            ticks.tick().await;
        }
        for queue in &queues {
            // A socket that is gone is not written to.
            let _ = queue.send(Arc::clone(&frame)).await;
        }
    }
    drop(queues);
    let frames = writers.join_all().await.into_iter().sum();
    Ok(Sent::of(frames, clock::since(begun), clock::cpu().saturating_sub(cpu)))
}

/// One loop that writes to each socket in turn, and waits where one is full.
pub(crate) async fn bare_loop(load: Load) -> anyhow::Result<Sent> {
    let crowd = Crowd::gather(load.sockets).await?;
    let sockets = crowd.sockets.into_iter().map(TcpStream::into_std);
    let mut sockets: Vec<StdStream> = sockets.collect::<Result<_, _>>()?;
    spawn_blocking(move || {
        let frame = vec![b'x'; load.frame_bytes];
        for socket in &sockets {
            socket.set_nonblocking(false)?;
        }
        let (begun, cpu, mut frames) = (clock::now(), clock::cpu(), 0);
        while clock::since(begun) < load.duration {
            for socket in &mut sockets {
                socket.write_all(&frame)?;
                frames += 1;
            }
        }
        Ok(Sent::of(frames, clock::since(begun), clock::cpu().saturating_sub(cpu)))
    })
    .await?
}

impl Sent {
    fn of(frames: u64, took: Duration, cpu: Duration) -> Self {
        Self { frames_per_second: per_second(frames, took), cpu_us_per_frame: us_each(cpu, frames) }
    }
}

impl Crowd {
    /// As many sockets as that, each with its reader in a process of the same program.
    async fn gather(count: usize) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let readers = Command::new(std::env::current_exe()?)
            .args(["--read-frames", &listener.local_addr()?.to_string()])
            .args(["--sockets", &count.to_string()])
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let accepted = async {
            let mut sockets = Vec::with_capacity(count);
            while sockets.len() < count {
                let (socket, _) = listener.accept().await?;
                socket.set_nodelay(true)?;
                sockets.push(socket);
            }
            Ok::<_, std::io::Error>(sockets)
        };
        let sockets = timeout(PATIENCE, accepted).await.context("the readers do not come")??;
        Ok(Self { sockets, _readers: readers })
    }
}

/// The process that reads: opens the sockets, and reads each to its end.
pub(crate) async fn read_frames(address: SocketAddr, count: usize) -> anyhow::Result<()> {
    let mut readers = JoinSet::new();
    for _ in 0..count {
        let mut socket = TcpStream::connect(address).await?;
        readers.spawn(async move {
            let mut buffer = vec![0; 16 * 1024];
            while socket.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
        });
    }
    readers.join_all().await;
    Ok(())
}
