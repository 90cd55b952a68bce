//! The stretches of documents whose meaning is known to the last byte, so that nobody has to guess at them.

use std::ops::Range;

/// Stretches of the document at hand, and of those around it, that were read in full: certificates in armour. Their names are text
/// inside of base64, which would be decoded, and looked at once more, as if somebody had hidden it there.
#[derive(Debug, Default)]
pub struct Explained {
    /// Of each layer, in order.
    layers: Vec<Vec<Range<usize>>>,
}

impl Explained {
    /// Forgets what was known of the document that was at hand on this layer before.
    pub fn begin(&mut self, layer: u8) {
        if let Some(known) = self.layers.get_mut(usize::from(layer)) {
            known.clear();
        }
    }

    /// Says that a stretch was read in full. Stretches come in order.
    pub fn add(&mut self, layer: u8, stretch: Range<usize>) {
        let layer = usize::from(layer);
        if self.layers.len() <= layer {
            self.layers.resize_with(layer + 1, Vec::new);
        }
        self.layers[layer].push(stretch);
    }

    /// Whether a place of the document on this layer lies in a stretch that was read in full.
    pub fn holds(&self, layer: u8, at: usize) -> bool {
        let known = self.layers.get(usize::from(layer)).map_or(&[][..], Vec::as_slice);
        let next = known.partition_point(|stretch| stretch.start <= at);
        known[..next].last().is_some_and(|stretch| at < stretch.end)
    }
}

#[cfg(test)]
mod tests {
    use super::Explained;

    #[test]
    fn each_layer_has_its_own_stretches() {
        let mut explained = Explained::default();
        explained.add(1, 10..20);
        explained.add(1, 30..40);
        let held = |explained: &Explained, layer| [9, 10, 19, 20, 35, 40].map(|at| explained.holds(layer, at));
        assert_eq!(held(&explained, 1), [false, true, true, false, true, false]);
        assert_eq!(held(&explained, 0), [false; 6]);
        explained.begin(1);
        assert_eq!(held(&explained, 1), [false; 6]);
    }
}
