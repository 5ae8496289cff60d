//! A plain HTTP/1.1 server: one thread a connection, GET and HEAD, connections kept alive.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// The longest line of a request that is read; a longer one ends the connection.
const LINE_LIMIT: u64 = 8 * 1024;
/// The most header lines of a request.
const HEADER_LIMIT: usize = 100;
/// How long a silent connection is kept.
const IDLE_LIMIT: Duration = Duration::from_secs(60);

pub struct Answer {
    status: &'static str,
    body: String,
}

impl Answer {
    pub fn ok(body: String) -> Self {
        Self {
            status: "200 OK",
            body,
        }
    }

    pub fn unavailable(body: String) -> Self {
        Self {
            status: "503 Service Unavailable",
            body,
        }
    }

    pub fn not_found() -> Self {
        Self::error("404 Not Found")
    }

    fn error(status: &'static str) -> Self {
        let body = format!("{{\"error\":\"{}\"}}", status);
        Self { status, body }
    }
}

/// Answers the path of a request, without its query.
pub type Handler = Arc<dyn Fn(&str) -> Answer + Send + Sync>;

/// Serves until the process ends; prints `listening ADDRESS` once connections are taken.
pub fn serve(address: &str, handler: Handler) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    println!("listening {}", listener.local_addr()?);
    io::stdout().flush()?;
    for stream in listener.incoming() {
        let handler = Arc::clone(&handler);
        match stream {
            // A broken connection is that client's trouble alone.
            Ok(stream) => drop(thread::spawn(move || converse(stream, &handler))),
            Err(error) => eprintln!("accept: {}", error),
        }
    }
    Ok(())
}

struct Request {
    method: String,
    path: String,
    keep_alive: bool,
    has_body: bool,
}

/// All requests of one connection, in order.
fn converse(stream: TcpStream, handler: &Handler) -> io::Result<()> {
    stream.set_read_timeout(Some(IDLE_LIMIT))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    loop {
        let request = match read_request(&mut reader) {
            Ok(Some(request)) => request,
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return writer.write_all(&encode(&Answer::error("400 Bad Request"), false, true));
            }
            Err(error) => return Err(error),
        };
        // Nothing here takes a body; its bytes must not be read as the next request.
        let keep_alive = request.keep_alive && !request.has_body;
        let answer = match request.method.as_str() {
            "GET" | "HEAD" => handler(&request.path),
            _ => Answer::error("405 Method Not Allowed"),
        };
        writer.write_all(&encode(&answer, keep_alive, request.method != "HEAD"))?;
        if !keep_alive {
            return Ok(());
        }
    }
}

/// The next request, or nothing when the client has closed the connection.
fn read_request(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let first = match read_line(reader)? {
        Some(line) => line,
        None => return Ok(None),
    };
    let mut words = first.split_ascii_whitespace();
    let (method, target, version) = match (words.next(), words.next(), words.next()) {
        (Some(method), Some(target), Some(version)) if version.starts_with("HTTP/1.") => {
            (method, target, version)
        }
        _ => return Err(malformed()),
    };
    let mut request = Request {
        method: method.to_string(),
        path: target.split('?').next().unwrap_or("").to_string(),
        keep_alive: version != "HTTP/1.0",
        has_body: false,
    };
    for _ in 0..HEADER_LIMIT {
        match read_line(reader)? {
            None => return Err(malformed()),
            Some(line) if line.is_empty() => return Ok(Some(request)),
            Some(line) => note_header(&mut request, &line),
        }
    }
    Err(malformed())
}

fn note_header(request: &mut Request, line: &str) {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    let value = value.trim().to_ascii_lowercase();
    match name.to_ascii_lowercase().as_str() {
        "connection" if value.contains("close") => request.keep_alive = false,
        "connection" if value.contains("keep-alive") => request.keep_alive = true,
        "content-length" if value != "0" => request.has_body = true,
        "transfer-encoding" => request.has_body = true,
        _ => {}
    }
}

/// A line without its end, or nothing at the end of the stream.
fn read_line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    let length = reader.take(LINE_LIMIT).read_line(&mut line)?;
    match line.strip_suffix('\n') {
        Some(text) => Ok(Some(text.trim_end_matches('\r').to_string())),
        None if length == 0 => Ok(None),
        None => Err(malformed()),
    }
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "malformed request")
}

fn encode(answer: &Answer, keep_alive: bool, with_body: bool) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: {}\r\n\r\n",
        answer.status,
        answer.body.len(),
        if keep_alive { "keep-alive" } else { "close" },
    );
    let body = if with_body { answer.body.as_str() } else { "" };
    [head.as_bytes(), body.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> Option<Request> {
        read_request(&mut text.as_bytes()).unwrap()
    }

    #[test]
    fn connections_are_kept_unless_the_client_says_otherwise() {
        assert!(request("GET / HTTP/1.1\r\n\r\n").unwrap().keep_alive);
        assert!(
            !request("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
                .unwrap()
                .keep_alive
        );
        assert!(!request("GET / HTTP/1.0\r\n\r\n").unwrap().keep_alive);
    }

    #[test]
    fn the_query_is_not_part_of_the_path() {
        assert_eq!(
            request("GET /health/?x=1 HTTP/1.1\r\n\r\n").unwrap().path,
            "/health/"
        );
    }

    #[test]
    fn a_closed_connection_is_no_error_but_half_a_request_is() {
        assert!(request("").is_none());
        assert!(read_request(&mut "GET / HTTP/1.1\r\nHost".as_bytes()).is_err());
    }

    #[test]
    fn an_endless_line_is_refused() {
        let line = "x".repeat(LINE_LIMIT as usize + 1);
        assert!(read_request(&mut line.as_bytes()).is_err());
    }

    #[test]
    fn head_has_the_length_of_the_body_that_it_leaves_out() {
        let text = String::from_utf8(encode(&Answer::ok("{}".to_string()), true, false)).unwrap();
        assert!(text.contains("Content-Length: 2\r\n") && text.ends_with("\r\n\r\n"));
    }
}
