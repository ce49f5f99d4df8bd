//! What refers to what, by number: what is reached, and what goes in circles.

/// A graph of as many nodes as there are lists of edges.
pub(crate) struct Graph {
    edges: Vec<Vec<usize>>,
}

impl Graph {
    pub(crate) fn new(edges: Vec<Vec<usize>>) -> Self {
        Self { edges }
    }

    /// What is reached from these nodes, themselves included.
    pub(crate) fn reached(&self, from: impl IntoIterator<Item = usize>) -> Vec<bool> {
        let mut reached = vec![false; self.edges.len()];
        let mut open: Vec<usize> = from.into_iter().collect();
        while let Some(node) = open.pop() {
            if !std::mem::replace(&mut reached[node], true) {
                open.extend(&self.edges[node]);
            }
        }
        reached
    }

    /// The circle that each node is in, as a number: two nodes have the same where each reaches the other
    /// (Tarjan, without recursion).
    pub(crate) fn circles(&self) -> Vec<usize> {
        const NONE: usize = usize::MAX;
        let count = self.edges.len();
        let (mut index, mut low, mut circle) =
            (vec![NONE; count], vec![0; count], vec![NONE; count]);
        let (mut stack, mut next, mut found) = (Vec::new(), 0, 0);
        for start in 0..count {
            if index[start] != NONE {
                continue;
            }
            let mut work = vec![(start, 0)];
            while let Some((node, edge)) = work.pop() {
                if edge == 0 {
                    (index[node], low[node]) = (next, next);
                    next += 1;
                    stack.push(node);
                }
                if let Some(&target) = self.edges[node].get(edge) {
                    work.push((node, edge + 1));
                    if index[target] == NONE {
                        work.push((target, 0));
                    } else if circle[target] == NONE {
                        low[node] = low[node].min(index[target]);
                    }
                    continue;
                }
                if low[node] == index[node] {
                    while let Some(member) = stack.pop() {
                        circle[member] = found;
                        if member == node {
                            break;
                        }
                    }
                    found += 1;
                }
                if let Some((parent, _)) = work.last() {
                    low[*parent] = low[*parent].min(low[node]);
                }
            }
        }
        circle
    }

    /// Whether a node reaches itself, given its [`circles`](Self::circles).
    pub(crate) fn is_in_circle(&self, circles: &[usize], node: usize) -> bool {
        self.edges[node]
            .iter()
            .any(|&target| circles[target] == circles[node])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_that_reach_each_other_are_one_circle() {
        let graph = Graph::new(vec![
            vec![1],
            vec![2],
            vec![0, 3],
            vec![4],
            vec![4],
            vec![3],
        ]);
        let circles = graph.circles();
        assert_eq!(circles[0], circles[1]);
        assert_eq!(circles[1], circles[2]);
        assert_ne!(circles[2], circles[3]);
        let in_circle: Vec<bool> = (0..6)
            .map(|node| graph.is_in_circle(&circles, node))
            .collect();
        assert_eq!(in_circle, [true, true, true, false, true, false]);
    }

    #[test]
    fn what_is_reached_has_its_start() {
        let graph = Graph::new(vec![vec![1], vec![], vec![1]]);
        assert_eq!(graph.reached([0]), [true, true, false]);
    }

    #[test]
    fn a_long_chain_takes_no_stack() {
        let graph = Graph::new(
            (0..200_000)
                .map(|node| vec![(node + 1) % 200_000])
                .collect(),
        );
        assert!(graph.circles().iter().all(|circle| *circle == 0));
    }
}
