// Checks PDF files with the veraPDF engine; run by Rhino, the JavaScript engine that lies in the
// same jar, so that a plain Java runtime without a compiler is enough.
// Arguments: flavours joined by commas, then files. One line of JSON per flavour and file.

importPackage(org.verapdf.gf.foundry);
importPackage(org.verapdf.pdfa);
importPackage(org.verapdf.pdfa.flavours);

VeraGreenfieldFoundryProvider.initialise();

function failures(result) {
  var found = {};
  var assertions = result.getTestAssertions().iterator();
  while (assertions.hasNext()) {
    var one = assertions.next();
    if (String(one.getStatus().name()) === "FAILED") {
      var rule = one.getRuleId();
      var text = rule.getClause() + "-" + rule.getTestNumber() + " " + one.getMessage();
      found[text] = String(one.getLocation().getContext());
    }
  }
  return Object.keys(found).slice(0, 25).map(function (text) { return text + " @ " + found[text]; });
}

function check(file, name) {
  var flavour = PDFAFlavour.fromString(name);
  var foundry = Foundries.defaultInstance();
  var parser = foundry.createParser(new java.io.FileInputStream(file), flavour);
  var result = foundry.createValidator(flavour, 100, false, false, false).validate(parser);
  print(JSON.stringify({
    file: String(file),
    flavour: String(name),
    compliant: Boolean(result.isCompliant()),
    checks: Number(result.getTotalAssertions()),
    failures: failures(result)
  }));
  parser.close();
}

var given = arguments;
String(given[0]).split(",").forEach(function (name) {
  for (var i = 1; i < given.length; i++) {
    check(given[i], name);
  }
});
