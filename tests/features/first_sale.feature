Feature: The first sale
  A sale goes all the way: scanned, paid, committed, printed, sent to head office, posted in its
  ledger and shown on a web page.

  Scenario: From a scanned code to the head-office ledger
    Given a head office with the demo chain
    And till 1 of store S1 is enrolled there
    And its receipts are printed to a file
    When 5 sales are made at the till
    Then 5 receipts are on paper, each number once
    And head office has the till's totals
    And every sale is in the ledger in balance, with its stock and its cost of goods
    And the web page of the newest receipt shows its number, its total and its proof
