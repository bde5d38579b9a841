//! What sense demands of the weights, whatever the examples say: a closer agreement never counts
//! less than a looser one.

use crate::compare::tables::{
    DOB, FIRST, NATIONAL, NHS, OTHERS, SURNAME, TABLES, UPN, dob, first, number, surname,
};
use crate::model::OFFSETS;

/// Lines of a table from the closest agreement to the loosest.
const CHAINS: &[(usize, &[u8])] = &[
    (FIRST, &[first::SAME, first::NEAR, first::SOUND, first::FAR, first::OTHER]),
    (FIRST, &[first::INITIAL, first::OTHER_INITIAL]),
    (FIRST, &[first::KIN, first::OTHER]),
    (SURNAME, &[surname::NEAR, surname::SOUND, surname::OTHER]),
    (OTHERS, &[1, 3, 4]),
    (OTHERS, &[2, 4]),
    (DOB, &[dob::SAME, dob::SLIP, dob::TWO_PARTS, dob::YEAR, dob::SIBLING]),
    (DOB, &[dob::SAME, dob::SWAPPED, dob::SIBLING]),
    (NHS, &[number::SAME, number::SLIP, number::OTHER]),
    (UPN, &[number::SAME, number::SLIP, number::OTHER]),
    (NATIONAL, &[number::SAME, number::SLIP, number::OTHER]),
];

/// Puts weights that are out of order to their common mean.
pub fn keep(row: &mut [[f64; 2]]) {
    debug_assert!(row.len() > OFFSETS[TABLES.len()]);
    for (table, chain) in CHAINS {
        for side in [0, 1] {
            let places: Vec<usize> =
                chain.iter().map(|line| OFFSETS[*table] + usize::from(*line)).collect();
            let values: Vec<f64> = places.iter().map(|at| row[*at][side]).collect();
            for (at, value) in places.iter().zip(never_rising(&values)) {
                row[*at][side] = value;
            }
        }
    }
}

/// The nearest row that never rises (pool adjacent violators).
pub fn never_rising(values: &[f64]) -> Vec<f64> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for value in values {
        pools.push((*value, 1));
        while let [.., (before, m), (last, n)] = pools[..] {
            if before >= last {
                break;
            }
            pools.truncate(pools.len() - 2);
            pools.push(((before * m as f64 + last * n as f64) / (m + n) as f64, m + n));
        }
    }
    pools.into_iter().flat_map(|(value, times)| std::iter::repeat_n(value, times)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_rises_is_levelled() {
        assert_eq!(never_rising(&[3.0, 1.0, 2.0, 0.0]), [3.0, 1.5, 1.5, 0.0]);
        assert_eq!(never_rising(&[1.0, 2.0, 3.0]), [2.0, 2.0, 2.0]);
        assert_eq!(never_rising(&[]), Vec::<f64>::new());
    }
}
