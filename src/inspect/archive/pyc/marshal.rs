use super::Layout;

/// Set in the type of an object that others point to.
pub(super) const SHARED: u8 = 0x80;

/// Steps that may be open: Python itself reads objects that lie 2,000 deep in each other, of at most eight steps.
const MOST: usize = 16_000;

/// Walks over marshalled objects without building any of them: what is still to come is a list of steps, which takes no stack.
pub(super) struct Marshal<'b> {
    rest: &'b [u8],
    layout: Layout,
    steps: Vec<Step>,
}

/// What comes next.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Objects whose strings are told.
    Objects(usize),
    /// An object whose bytes are no text: instructions and tables.
    Silent,
    /// Numbers of four bytes.
    Numbers(usize),
    /// Keys and values up to an end.
    Pairs,
}

impl<'b> Marshal<'b> {
    /// Starts at the code of a module.
    pub fn of(rest: &'b [u8], layout: Layout) -> Self {
        Self { rest, layout, steps: vec![Step::Objects(1)] }
    }

    /// Tells every string; `None` where the bytes break off or say what is not known.
    pub fn strings(mut self, each: &mut dyn FnMut(&'b [u8])) -> Option<()> {
        while let Some(step) = self.steps.pop() {
            match step {
                Step::Objects(0) => {}
                Step::Objects(count) => {
                    self.steps.push(Step::Objects(count - 1));
                    self.object(each)?;
                }
                Step::Silent => self.object(&mut |_| {})?,
                Step::Numbers(count) => drop(self.take(count.checked_mul(4)?)?),
                Step::Pairs if self.rest.first()? & !SHARED == b'0' => drop(self.take(1)?),
                Step::Pairs => self.steps.extend([Step::Pairs, Step::Objects(2)]),
            }
            if self.steps.len() > MOST {
                return None;
            }
        }
        Some(())
    }

    fn object(&mut self, each: &mut dyn FnMut(&'b [u8])) -> Option<()> {
        match self.take(1)?[0] & !SHARED {
            b'0' | b'N' | b'F' | b'T' | b'S' | b'.' => {}
            b'i' | b'r' | b'R' => drop(self.take(4)?),
            b'I' | b'g' => drop(self.take(8)?),
            b'y' => drop(self.take(16)?),
            b'f' => drop(self.short()?),
            b'x' => drop((self.short()?, self.short()?)),
            b'l' => {
                let digits = i32::from_le_bytes(self.take(4)?.try_into().ok()?).unsigned_abs();
                self.take(usize::try_from(digits).ok()?.checked_mul(2)?)?;
            }
            b's' | b't' | b'u' | b'a' | b'A' => {
                let length = self.length()?;
                each(self.take(length)?);
            }
            b'z' | b'Z' => each(self.short()?),
            b')' => {
                let count = usize::from(self.take(1)?[0]);
                self.steps.push(Step::Objects(count));
            }
            b'(' | b'[' | b'<' | b'>' => {
                let count = self.length()?;
                self.steps.push(Step::Objects(count));
            }
            b'{' => self.steps.push(Step::Pairs),
            b':' => self.steps.push(Step::Objects(3)),
            b'c' => self.code(),
            _ => return None,
        }
        Some(())
    }

    /// The parts of a code object, the last one first.
    fn code(&mut self) {
        self.steps.extend(std::iter::repeat_n(Step::Silent, if self.layout.modern { 2 } else { 1 }));
        self.steps.push(Step::Numbers(1));
        if self.layout.modern {
            // Names of file, function and way to it; kinds of variables; constants, names and variables.
            self.steps.extend([Step::Objects(3), Step::Silent, Step::Objects(3)]);
        } else {
            // Constants, names, three sorts of variables, names of file and function.
            self.steps.push(Step::Objects(7));
        }
        self.steps.extend([Step::Silent, Step::Numbers(self.layout.numbers)]);
    }

    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn short(&mut self) -> Option<&'b [u8]> {
        let length = usize::from(self.take(1)?[0]);
        self.take(length)
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.take(4)?.try_into().ok()?)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Layout, Marshal};

    fn strings(bytes: &[u8]) -> (Vec<&[u8]>, bool) {
        let (mut told, layout) = (Vec::new(), Layout { header: 16, numbers: 5, modern: true });
        let whole = Marshal::of(bytes, layout).strings(&mut |string| told.push(string)).is_some();
        (told, whole)
    }

    #[test]
    fn strings_are_told_however_they_are_packed() {
        let packed = b"\xa9\x05s\x02\0\0\0ab\xda\x01c{i\x01\0\0\0z\x01d0l\xfe\xff\xff\xff\x01\0\x02\0u\x01\0\0\0e";
        assert_eq!(strings(packed), (vec![&b"ab"[..], b"c", b"d", b"e"], true));
    }

    #[test]
    fn what_breaks_off_or_is_too_deep_ends_there() {
        assert_eq!(strings(b")\x02z\x01az\x09b"), (vec![&b"a"[..]], false));
        assert_eq!(strings(b"(\xff\xff\xff\xffz\x01a"), (vec![&b"a"[..]], false));
        let tower = [&b")\x02".repeat(20_000)[..], b"z\x01a"].concat();
        assert_eq!(strings(&tower), (Vec::new(), false));
    }
}
