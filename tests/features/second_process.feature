Feature: A second process
  One process at a time sells from a data folder. Others may look.

  Background:
    Given a head office with a small chain
    And till 1 of store S1 is enrolled there
    And a cashier is at work

  Scenario: A second till on the same folder is refused
    When a second till is started on the same folder
    Then it is refused with "This till is running already; its window was brought to the front."
    When the cashier sells 1 article
    Then everything is acknowledged

  Scenario: Totals and verify answer beside a till
    When the cashier sells 2 articles
    Then the till's totals tell 2 sales
    And the till's books are in order

  Scenario: The folder is free when the first one has gone
    When the power fails
    Then the till can sell
