//! Answers of every coding, and of one page in many framings. Knows nothing of who reads them.

/// With its length.
pub fn sized(status_line: &str, fields: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status_line}\r\n{fields}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

pub fn page(body: impl AsRef<[u8]>) -> Vec<u8> {
    sized("200 OK", "", body)
}
