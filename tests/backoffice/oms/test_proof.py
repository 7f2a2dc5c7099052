from __future__ import annotations

from sqlalchemy import Connection, select, update

from backoffice.oms.proof import proof_of
from db.head.journals import JournalEntry
from retail.contract.codec import GENESIS, merkle_leaf, read_entry
from tests.support.head_data import TillJournal


def _entry(tx: Connection, rid: object) -> bytes:
    return tx.execute(select(JournalEntry.entry).where(JournalEntry.rid == rid)).scalar_one()


def test_the_chain_of_untouched_entries_holds(chain: Connection, till: TillJournal) -> None:
    first, middle, last = (till.sell(chain) for _ in range(3))

    proofs = [proof_of(chain, "S1", sale.rid) for sale in (first, middle, last)]

    assert all(proof is not None and proof.holds for proof in proofs)
    assert proofs[0] is not None
    assert proofs[0].previous_hash == GENESIS.hex()
    assert [proof.next_holds for proof in proofs if proof] == [True, True, None]
    assert proofs[2] is not None
    assert proofs[2].stored_hash == till.hash.hex()
    body = read_entry(_entry(chain, last.rid)).body
    assert proofs[2].leaf == merkle_leaf(last.rid, body).hex()


def test_changed_bytes_break_the_chain(chain: Connection, till: TillJournal) -> None:
    sale = till.sell(chain)
    data = _entry(chain, sale.rid)
    changed = data.replace(b'"total":121', b'"total":120')
    assert changed != data
    chain.execute(update(JournalEntry).values(entry=changed))

    proof = proof_of(chain, "S1", sale.rid)

    assert proof is not None
    assert proof.columns_agree
    assert not proof.holds


def test_a_changed_column_breaks_the_proof(chain: Connection, till: TillJournal) -> None:
    sale = till.sell(chain)
    chain.execute(update(JournalEntry).values(type="sale.forged"))

    proof = proof_of(chain, "S1", sale.rid)

    assert proof is not None
    assert not proof.columns_agree
    assert not proof.holds


def test_a_changed_neighbour_breaks_the_proof(chain: Connection, till: TillJournal) -> None:
    sale, follower = till.sell(chain), till.sell(chain)
    mine = JournalEntry.rid == follower.rid
    chain.execute(update(JournalEntry).where(mine).values(hash=bytes(32)))

    proof = proof_of(chain, "S1", sale.rid)

    assert proof is not None
    assert proof.next_holds is False
    assert not proof.holds


def test_bytes_that_are_no_entry_are_told(chain: Connection, till: TillJournal) -> None:
    sale = till.sell(chain)
    chain.execute(update(JournalEntry).values(entry=b"junk"))

    proof = proof_of(chain, "S1", sale.rid)

    assert proof is not None
    assert (proof.leaf, proof.columns_agree, proof.holds) == ("", False, False)


def test_history_has_no_proof(chain: Connection, till: TillJournal) -> None:
    assert proof_of(chain, "S1", till.jid) is None
