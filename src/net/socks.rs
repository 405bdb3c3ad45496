//! SOCKS5 as bytes (RFC 1928, RFC 1929): what a client says to be connected, and what a proxy answers. Knows nothing of
//! where the bytes come from.

use std::net::IpAddr;
use thiserror::Error;

const VERSION: u8 = 5;
/// Of the sub-negotiation of RFC 1929.
const LOGIN_VERSION: u8 = 1;
const NO_LOGIN: u8 = 0;
const LOGIN: u8 = 2;
const NO_METHOD: u8 = 0xff;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;
/// What one octet counts.
const MOST: usize = 255;

/// Where a proxy is to connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    Address(IpAddr),
    /// The proxy looks it up.
    Name(&'a str),
}

/// One conversation. It has no `Debug`, for it may hold a password.
pub struct Socks {
    stage: Stage,
    login: Option<Vec<u8>>,
    request: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Stage {
    Method,
    Login,
    Reply,
    Open,
}

/// What the bytes so far amount to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    NeedMore,
    Say(Vec<u8>),
    /// From the next byte on the connection is the target's.
    Open,
}

/// Why there is no connection, behind the name of the proxy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SocksError {
    #[error("does not speak SOCKS5: its answer begins with \"{}\"", [*.0].escape_ascii())]
    NotSocks(u8),
    #[error("wants credentials")]
    NoMethod,
    #[error("takes none of the ways to log in that it was offered")]
    NoMethodOffered,
    #[error("chose a way to log in that it was not offered")]
    UnaskedMethod,
    #[error("does not take these credentials")]
    LoginRefused,
    #[error("refused by its rules")]
    NotAllowed,
    #[error("found no route")]
    NoRoute,
    #[error("could not reach the host")]
    NoHost,
    #[error("was refused the connection")]
    Refused,
    #[error("gave up, as it took too long")]
    Expired,
    #[error("failed, and does not say why")]
    General,
    #[error("knows no CONNECT")]
    NoConnect,
    #[error("takes no such kind of address")]
    NoSuchAddress,
    #[error("answered with code {0}, which means nothing")]
    UnknownCode(u8),
    #[error("answered with an address of type {0}, which means nothing")]
    UnknownAddress(u8),
    #[error("can't be told a host of that length")]
    LongName,
}

impl Socks {
    /// The conversation, and what to say first.
    ///
    /// # Errors
    /// A name that is empty or too long for the protocol.
    pub fn begin(
        place: Place<'_>,
        port: u16,
        credentials: Option<(&[u8], &[u8])>,
    ) -> Result<(Socks, Vec<u8>), SocksError> {
        let greeting = match credentials {
            None => vec![VERSION, 1, NO_LOGIN],
            Some(_) => vec![VERSION, 2, NO_LOGIN, LOGIN],
        };
        let login = credentials.map(|(user, password)| login(user, password));
        Ok((Socks { stage: Stage::Method, login, request: request(place, port)? }, greeting))
    }

    /// What it has said before its wish, while that has no answer.
    pub fn asks(&self) -> Option<&'static str> {
        match self.stage {
            Stage::Method => Some("the greeting of SOCKS5"),
            Stage::Login => Some("the login of SOCKS5"),
            Stage::Reply | Stage::Open => None,
        }
    }

    /// Takes the bytes that are not consumed yet; gives how many of them are consumed now, and the step they make.
    ///
    /// # Errors
    /// Why there will be no connection.
    pub fn receive(&mut self, input: &[u8]) -> Result<(usize, Step), SocksError> {
        match self.stage {
            Stage::Method => self.choose(input),
            Stage::Login => self.log_in(input),
            Stage::Reply => self.conclude(input),
            Stage::Open => Ok((0, Step::Open)),
        }
    }

    /// RFC 1928, section 3.
    fn choose(&mut self, input: &[u8]) -> Result<(usize, Step), SocksError> {
        expect(input, VERSION)?;
        let &[_, method, ..] = input else { return Ok((0, Step::NeedMore)) };
        let say = match (method, self.login.take()) {
            (NO_LOGIN, _) => {
                self.stage = Stage::Reply;
                std::mem::take(&mut self.request)
            }
            (LOGIN, Some(login)) => {
                self.stage = Stage::Login;
                login
            }
            (NO_METHOD, None) => return Err(SocksError::NoMethod),
            (NO_METHOD, Some(_)) => return Err(SocksError::NoMethodOffered),
            _ => return Err(SocksError::UnaskedMethod),
        };
        Ok((2, Step::Say(say)))
    }

    /// RFC 1929, section 2. Some proxies give the version of SOCKS here.
    fn log_in(&mut self, input: &[u8]) -> Result<(usize, Step), SocksError> {
        expect(input, LOGIN_VERSION).or_else(|_| expect(input, VERSION))?;
        let &[_, status, ..] = input else { return Ok((0, Step::NeedMore)) };
        if status != 0 {
            return Err(SocksError::LoginRefused);
        }
        self.stage = Stage::Reply;
        Ok((2, Step::Say(std::mem::take(&mut self.request))))
    }

    /// RFC 1928, section 6. A refusal is heard before its address, which some proxies leave out.
    fn conclude(&mut self, input: &[u8]) -> Result<(usize, Step), SocksError> {
        expect(input, VERSION)?;
        if let &[_, code @ 1..=u8::MAX, ..] = input {
            return Err(refusal(code));
        }
        let length = match input {
            [_, _, _, IPV4, ..] => 4 + 4 + 2,
            [_, _, _, IPV6, ..] => 4 + 16 + 2,
            [_, _, _, NAME, length, ..] => 4 + 1 + usize::from(*length) + 2,
            [_, _, _, NAME] => return Ok((0, Step::NeedMore)),
            [_, _, _, kind, ..] => return Err(SocksError::UnknownAddress(*kind)),
            _ => return Ok((0, Step::NeedMore)),
        };
        if input.len() < length {
            return Ok((0, Step::NeedMore));
        }
        self.stage = Stage::Open;
        Ok((length, Step::Open))
    }
}

fn expect(input: &[u8], version: u8) -> Result<(), SocksError> {
    match input {
        [first, ..] if *first != version => Err(SocksError::NotSocks(*first)),
        _ => Ok(()),
    }
}

fn refusal(code: u8) -> SocksError {
    use SocksError::*;
    let known = [General, NotAllowed, NoRoute, NoHost, Refused, Expired, NoConnect, NoSuchAddress];
    known.into_iter().nth(usize::from(code) - 1).unwrap_or(UnknownCode(code))
}

fn login(user: &[u8], password: &[u8]) -> Vec<u8> {
    let [user, password] = [user, password].map(|part| &part[..part.len().min(MOST)]);
    [&[LOGIN_VERSION, user.len() as u8], user, &[password.len() as u8], password].concat()
}

fn request(place: Place<'_>, port: u16) -> Result<Vec<u8>, SocksError> {
    let mut bytes = vec![VERSION, CONNECT, 0];
    match place {
        Place::Address(IpAddr::V4(address)) => {
            bytes.push(IPV4);
            bytes.extend(address.octets());
        }
        Place::Address(IpAddr::V6(address)) => {
            bytes.push(IPV6);
            bytes.extend(address.octets());
        }
        Place::Name(name) => {
            let length = u8::try_from(name.len()).ok().filter(|length| *length > 0).ok_or(SocksError::LongName)?;
            bytes.extend([NAME, length]);
            bytes.extend(name.as_bytes());
        }
    }
    bytes.extend(port.to_be_bytes());
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Credentials = Option<(&'static [u8], &'static [u8])>;
    const CREDENTIALS: Credentials = Some((b"ann", b"secret"));
    const NAMED: Place<'_> = Place::Name("a.example");
    const REQUEST: &[u8] = b"\x05\x01\x00\x03\x09a.example\x01\xbb";

    /// What is said after the greeting, what was left over, and whether there is a tunnel.
    type Told = (Vec<Vec<u8>>, Vec<u8>, bool);

    /// How it goes where these bytes come in pieces.
    fn told(credentials: Credentials, bytes: &[u8], piece: usize) -> Result<Told, SocksError> {
        let (mut socks, _) = Socks::begin(NAMED, 443, credentials).unwrap();
        let (mut said, mut unread, mut open) = (Vec::new(), Vec::new(), false);
        for piece in bytes.chunks(piece) {
            unread.extend_from_slice(piece);
            while !open {
                let (used, step) = socks.receive(&unread)?;
                unread.drain(..used);
                match step {
                    Step::NeedMore => break,
                    Step::Say(bytes) => said.push(bytes),
                    Step::Open => open = true,
                }
            }
        }
        Ok((said, unread, open))
    }

    #[test]
    fn a_conversation_is_the_same_whole_and_byte_by_byte_and_leaves_what_follows() {
        let login = b"\x01\x03ann\x06secret".to_vec();
        type Case<'a> = (Credentials, &'a [u8], Vec<Vec<u8>>);
        let cases: [Case<'_>; 5] = [
            (None, b"\x05\x00\x05\x00\x00\x01\x7f\x00\x00\x01\x1f\x90", vec![REQUEST.to_vec()]),
            (None, &[&b"\x05\x00\x05\x00\x00\x04"[..], &[7; 18]].concat(), vec![REQUEST.to_vec()]),
            (None, b"\x05\x00\x05\x00\x00\x03\x01x\x1f\x90", vec![REQUEST.to_vec()]),
            (CREDENTIALS, b"\x05\x02\x01\x00\x05\x00\x00\x01\0\0\0\0\0\0", vec![login, REQUEST.to_vec()]),
            (CREDENTIALS, b"\x05\x00\x05\x00\x00\x03\x00\0\0", vec![REQUEST.to_vec()]),
        ];
        for (credentials, bytes, said) in cases {
            for piece in [1, 2, 3, bytes.len()] {
                assert_eq!(told(credentials, bytes, piece), Ok((said.clone(), Vec::new(), true)), "{bytes:?}");
            }
            let longer = [bytes, b"rest"].concat();
            for piece in [1, longer.len()] {
                assert_eq!(told(credentials, &longer, piece), Ok((said.clone(), b"rest".to_vec(), true)));
            }
            for length in 0..bytes.len() {
                assert!(matches!(told(credentials, &bytes[..length], 1), Ok((_, _, false))), "{length} of {bytes:?}");
            }
        }
    }

    #[test]
    fn each_refusal_is_told_by_its_cause() {
        use SocksError::*;
        let cases: [(Credentials, &[u8], SocksError); 15] = [
            (None, b"HTTP/1.1 400", NotSocks(b'H')),
            (None, b"\x04", NotSocks(4)),
            (None, b"\x05\xff", NoMethod),
            (CREDENTIALS, b"\x05\xff", NoMethodOffered),
            (None, b"\x05\x02", UnaskedMethod),
            (CREDENTIALS, b"\x05\x01", UnaskedMethod),
            (CREDENTIALS, b"\x05\x02\x01\x01", LoginRefused),
            (CREDENTIALS, b"\x05\x02H", NotSocks(b'H')),
            (None, b"\x05\x00\x05\x01", General),
            (None, b"\x05\x00\x05\x02\x00\x01", NotAllowed),
            (None, b"\x05\x00\x05\x05", Refused),
            (None, b"\x05\x00\x05\x08", NoSuchAddress),
            (None, b"\x05\x00\x05\x09", UnknownCode(9)),
            (None, b"\x05\x00\x05\x00\x00\x02", UnknownAddress(2)),
            (None, b"\x05\x00H", NotSocks(b'H')),
        ];
        for (credentials, bytes, error) in cases {
            for piece in [1, bytes.len()] {
                assert_eq!(told(credentials, bytes, piece).as_ref(), Err(&error), "{bytes:?}");
            }
        }
        assert_eq!(NotSocks(b'H').to_string(), "does not speak SOCKS5: its answer begins with \"H\"");
        assert_eq!(NotSocks(0x1b).to_string(), "does not speak SOCKS5: its answer begins with \"\\x1b\"");
    }

    #[test]
    fn a_place_is_told_as_a_name_or_as_an_address_of_either_kind() {
        let request = |place| request(place, 80).unwrap();
        assert_eq!(request(Place::Address([127, 0, 0, 1].into())), b"\x05\x01\x00\x01\x7f\x00\x00\x01\x00\x50");
        let six = request(Place::Address("::1".parse().unwrap()));
        assert_eq!(six, [&b"\x05\x01\x00\x04"[..], &[0; 15], &[1, 0, 80]].concat());
        let longest = "x".repeat(MOST);
        assert_eq!(request(Place::Name(&longest)).len(), 4 + 1 + MOST + 2);
        for name in ["", &"x".repeat(MOST + 1)] {
            assert!(Socks::begin(Place::Name(name), 80, None).is_err());
        }
    }

    #[test]
    fn a_login_is_offered_only_where_there_is_one() {
        let greeting = |credentials| Socks::begin(NAMED, 1, credentials).unwrap().1;
        assert_eq!((greeting(None), greeting(CREDENTIALS)), (b"\x05\x01\x00".to_vec(), b"\x05\x02\x00\x02".to_vec()));
    }

    proptest! {
        #[test]
        fn whatever_comes_in_whatever_pieces_means_the_same(
            bytes in proptest::collection::vec(prop_oneof![Just(5_u8), Just(0), Just(1), Just(2), Just(3), any::<u8>()], 0..40),
            piece in 1_usize..8,
        ) {
            prop_assert_eq!(told(CREDENTIALS, &bytes, piece), told(CREDENTIALS, &bytes, 40));
        }
    }
}
