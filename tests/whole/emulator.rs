//! An emulator of AWS (moto) on loopback, with a clock that the test sets.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::Duration,
};

use serde_json::Value;

use crate::support::{Lab, skipped};

/// Answers until it is dropped.
pub struct Emulator {
    pub url: String,
    python: PathBuf,
    folder: PathBuf,
    server: Child,
}

impl Emulator {
    /// Starts one; `None`, and says so, where there is no Python.
    pub fn start(lab: &Lab) -> Option<Self> {
        let Some(python) = python() else {
            skipped("no Python, or moto cannot be installed");
            return None;
        };
        let folder = lab.path("emulator");
        fs::create_dir(&folder).expect("a folder");
        let script = folder.join("server.py");
        fs::write(&script, include_str!("clock.py")).expect("a script");
        let clock = folder.join("clock");
        fs::write(&clock, "").expect("a clock");
        let port = folder.join("port");
        let mut server = Command::new(&python);
        let server = server.arg(script).arg(&port).arg(clock).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut server = server.expect("the emulator starts");
        let url = format!("http://127.0.0.1:{}", told(&port, &mut server));
        Some(Self { url, python, folder, server })
    }

    /// Sets the clock, to a moment without a zone.
    pub fn at(&self, moment: &str) {
        // Never read half written: the server asks at every turn.
        let (new, clock) = (self.folder.join("clock.new"), self.folder.join("clock"));
        fs::write(&new, moment).and_then(|()| fs::rename(new, clock)).expect("a clock");
    }

    /// Runs a script that finds what `emulator.py` offers; the JSON that it prints.
    #[track_caller]
    pub fn python(&self, code: &str) -> Value {
        let script = self.folder.join("script.py");
        fs::write(&script, [include_str!("emulator.py"), code].concat()).expect("a script");
        let output = Command::new(&self.python).arg(script).arg(&self.url).output().expect("Python runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }
}

/// The port that the server tells once it has it. To choose one for it would let two servers come by the same.
fn told(port: &Path, server: &mut Child) -> String {
    for _ in 0..PATIENCE {
        if let Ok(port) = fs::read_to_string(port) {
            return port;
        }
        assert!(server.try_wait().expect("a process").is_none(), "the emulator ended before it had a port");
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the emulator has no port after {} seconds", PATIENCE / 20)
}

/// How often the port is asked for, twenty times a second: a cold machine takes long to load the emulator.
const PATIENCE: u32 = 2400;

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.server.kill().and_then(|()| self.server.wait());
    }
}

/// The folder into which the emulator is installed, once below the build folder; `None` where there is no Python.
pub fn folder() -> Option<PathBuf> {
    Some(python()?.parent()?.parent()?.to_owned())
}

/// The Python of a folder below the build folder into which the emulator is installed once.
fn python() -> Option<PathBuf> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    PYTHON.get_or_init(install).clone()
}

fn install() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_BIN_EXE_unhidden")).parent()?.parent()?.join("moto");
    let (python, server) = (folder.join("bin/python"), folder.join("bin/moto_server"));
    if server.is_file() {
        return Some(python);
    }
    let done =
        |program: &Path, arguments: &[&str]| Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success());
    let made = done(Path::new("python3"), &["-m", "venv", &folder.to_string_lossy()]);
    (made && done(&folder.join("bin/pip"), &["install", "--quiet", "moto[server]==5.2.5"]) && server.is_file()).then_some(python)
}
