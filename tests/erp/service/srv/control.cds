// For the tests only: what really happened here, and a quick way to begin anew.
service Control @(path: '/control') {

  // One row for each change that was committed, in order; nothing ever changes or removes it but empty().
  @readonly
  entity Effects {
    key number : Integer;
        name   : String(60);
        action : String(10);
        record : String(200);
        values : LargeString;
  }

  action empty();
  action fill(name : String(60), dataAreaId : String(4), count : Integer) returns Integer;
}
