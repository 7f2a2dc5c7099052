Feature: Power cut
  Whatever was told to be done is still done when the power comes back.

  Background:
    Given a head office with a small chain
    And till 1 of store S1 is enrolled there
    And its receipts are printed to a file

  Scenario: An open basket comes back
    Given a cashier is at work
    When the cashier sells 2 articles
    And the cashier enters 3 articles without paying
    And the power fails
    And a cashier is at work
    Then the basket is as it was
    When the cashier pays
    Then everything is acknowledged
    And head office has the till's totals
    And the till's books are in order

  Scenario: The power fails again and again between sales
    When the power fails 3 times while the till is selling
    And the till is told to sync once
    Then no receipt number was given twice
    And every receipt on paper is in the till's books
    And head office has the till's totals
    And the till's books are in order
