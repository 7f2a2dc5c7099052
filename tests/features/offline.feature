Feature: Selling without head office
  The till writes to its own database only. The network is a background matter.

  Background:
    Given a head office with a small chain that may be stopped
    And till 1 of store S1 is enrolled there

  Scenario: The cable is out for a while
    Given a cashier is at work
    When the cashier sells 2 articles
    Then everything is acknowledged
    When the cable is pulled
    And the cashier sells 3 articles
    Then the till says that it is offline and that 3 records wait
    When the cable is plugged in again
    And the cashier sells 1 article
    Then everything is acknowledged
    And head office has the till's totals
    And the till's books are in order

  Scenario: The till starts while head office is down
    Given head office is down
    And a cashier is at work
    When the cashier sells 2 articles
    Then the till says that it is offline and that 4 records wait
    When head office is started again
    Then everything is acknowledged
    And head office has the till's totals

  Scenario: A whole day without head office
    Given head office is down
    When 30 sales are made at the till without waiting for head office
    And head office is started again
    And the till is told to sync once
    Then head office has the till's totals
    And the till's books are in order
