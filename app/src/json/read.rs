//! Values out of JSON that somebody else has parsed.

use std::fmt;

use serde::de::value::U32Deserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// Reads a value.
///
/// Fields that nobody knows are passed over. A field that is absent is the default of a struct that has one (`serde(default)`), and an
/// error elsewhere, an `Option` too: what writes our JSON leaves none out.
pub(super) fn value<'de, J: Value, T: Deserialize<'de>>(value: J) -> Result<T, Mismatch> {
    T::deserialize(Read(value))
}

/// A parsed JSON value: the browser's, or in tests serde_json's.
pub(super) trait Value: Sized {
    fn is_null(&self) -> bool;
    fn boolean(&self) -> Option<bool>;
    fn number(&self) -> Option<f64>;
    fn string(&self) -> Option<String>;
    /// An array's elements.
    fn elements(&self) -> Option<Vec<Self>>;
    /// An object's members.
    fn members(&self) -> Option<Vec<(String, Self)>>;
    /// An object's member of this name; None too if this is no object.
    fn member(&self, name: &str) -> Option<Self>;
}

/// The JSON is not what was wanted: of the things wanted and not found, the innermost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mismatch(&'static str);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no ")?;
        f.write_str(self.0)
    }
}

impl std::error::Error for Mismatch {}

/// serde's own sentences name the value found, which takes all of Rust's formatting.
impl serde::de::Error for Mismatch {
    fn custom<T: fmt::Display>(_: T) -> Mismatch {
        Mismatch("valid value")
    }
    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Mismatch {
        Mismatch("value of this type")
    }
    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Mismatch {
        Mismatch("value in range")
    }
    fn invalid_length(_: usize, _: &dyn Expected) -> Mismatch {
        Mismatch("value for every field")
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Mismatch {
        Mismatch("known kind")
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Mismatch {
        Mismatch("known field")
    }
    fn missing_field(field: &'static str) -> Mismatch {
        Mismatch(field)
    }
    fn duplicate_field(field: &'static str) -> Mismatch {
        Mismatch(field)
    }
}

/// A value on its way into Rust.
struct Read<J>(J);

/// 2^53: beyond, JSON's numbers, which are JavaScript's, skip integers.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl<J: Value> Read<J> {
    /// Any integer. What doesn't fit the field is refused by the field's type.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole numbers of less than 2^53"
    )]
    fn integer<'de, T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        match self.0.number() {
            Some(number) if number.fract() != 0.0 || number.abs() >= EXACT => {
                Err(Mismatch("whole number"))
            }
            Some(number) if number >= 0.0 => visitor.visit_u64(number as u64),
            Some(number) => visitor.visit_i64(number as i64),
            None => Err(Mismatch("number")),
        }
    }
}

impl<'de, J: Value> Deserializer<'de> for Read<J> {
    type Error = Mismatch;

    fn deserialize_any<T: Visitor<'de>>(self, _: T) -> Result<T::Value, Mismatch> {
        // The types read here say what they are.
        Err(Mismatch("value whose type is known"))
    }

    forward_to_deserialize_any! { f32 f64 char bytes byte_buf unit_struct tuple_struct identifier i128 u128 }

    fn deserialize_bool<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        visitor.visit_bool(self.0.boolean().ok_or(Mismatch("true or false"))?)
    }

    fn deserialize_u8<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        self.integer(visitor)
    }

    fn deserialize_u16<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        self.integer(visitor)
    }

    fn deserialize_u32<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        self.integer(visitor)
    }

    fn deserialize_u64<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        self.integer(visitor)
    }

    fn deserialize_i8<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        self.integer(visitor)
    }

    fn deserialize_i16<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        self.integer(visitor)
    }

    fn deserialize_i32<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        self.integer(visitor)
    }

    fn deserialize_i64<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        self.integer(visitor)
    }

    fn deserialize_str<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        visitor.visit_string(self.0.string().ok_or(Mismatch("string"))?)
    }

    fn deserialize_option<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        if self.0.is_null() {
            visitor.visit_unit()
        } else {
            Err(Mismatch("null"))
        }
    }

    fn deserialize_ignored_any<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<T: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: T,
    ) -> Result<T::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        let elements = self.0.elements().ok_or(Mismatch("array"))?;
        visitor.visit_seq(Elements(elements.into_iter()))
    }

    fn deserialize_tuple<T: Visitor<'de>>(
        self,
        length: usize,
        visitor: T,
    ) -> Result<T::Value, Mismatch> {
        let elements = self.0.elements().ok_or(Mismatch("array"))?;
        if elements.len() != length {
            return Err(Mismatch("array of this length"));
        }
        visitor.visit_seq(Elements(elements.into_iter()))
    }

    fn deserialize_map<T: Visitor<'de>>(self, visitor: T) -> Result<T::Value, Mismatch> {
        let members = self.0.members().ok_or(Mismatch("object"))?;
        visitor.visit_map(Members {
            members: members.into_iter(),
            value: None,
        })
    }

    fn deserialize_struct<T: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: T,
    ) -> Result<T::Value, Mismatch> {
        // An array is an object to JavaScript.
        if self.0.members().is_none() {
            return Err(Mismatch(name));
        }
        visitor.visit_seq(Fields {
            object: self.0,
            names: fields.iter(),
        })
    }

    fn deserialize_enum<T: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: T,
    ) -> Result<T::Value, Mismatch> {
        let (kind, content) = if let Some(kind) = self.0.string() {
            (kind, None)
        } else {
            let members = self.0.members().unwrap_or_default();
            let [(kind, content)] =
                <[(String, J); 1]>::try_from(members).map_err(|_| Mismatch(name))?;
            (kind, Some(content))
        };
        let place = variants.iter().position(|variant| *variant == kind);
        let place = place
            .and_then(|place| u32::try_from(place).ok())
            .ok_or(Mismatch(name))?;
        visitor.visit_enum(Kind { place, content })
    }
}

struct Elements<J>(std::vec::IntoIter<J>);

impl<'de, J: Value> SeqAccess<'de> for Elements<J> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        self.0
            .next()
            .map(|element| seed.deserialize(Read(element)))
            .transpose()
    }
}

struct Members<J> {
    members: std::vec::IntoIter<(String, J)>,
    value: Option<J>,
}

impl<'de, J: Value> MapAccess<'de> for Members<J> {
    type Error = Mismatch;

    fn next_key_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        let Some((name, value)) = self.members.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Mismatch> {
        let value = self.value.take().ok_or(Mismatch("key before its value"))?;
        seed.deserialize(Read(value))
    }
}

/// A struct's fields, as if it were a tuple: each by its name, in the order in which they are declared.
struct Fields<J> {
    object: J,
    names: std::slice::Iter<'static, &'static str>,
}

impl<'de, J: Value> SeqAccess<'de> for Fields<J> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        self.names
            .next()
            .and_then(|name| self.object.member(name))
            .map(|field| seed.deserialize(Read(field)))
            .transpose()
    }
}

/// A variant by its place, and what it holds.
struct Kind<J> {
    place: u32,
    content: Option<J>,
}

impl<'de, J: Value> EnumAccess<'de> for Kind<J> {
    type Error = Mismatch;
    type Variant = Content<J>;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Content<J>), Mismatch> {
        let place: U32Deserializer<Mismatch> = self.place.into_deserializer();
        Ok((seed.deserialize(place)?, Content(self.content)))
    }
}

struct Content<J>(Option<J>);

impl<J> Content<J> {
    fn held(self) -> Result<Read<J>, Mismatch> {
        self.0.map(Read).ok_or(Mismatch("content of this kind"))
    }
}

impl<'de, J: Value> VariantAccess<'de> for Content<J> {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        match self.0 {
            Some(content) if !content.is_null() => Err(Mismatch("kind without content")),
            _ => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mismatch> {
        seed.deserialize(self.held()?)
    }

    fn tuple_variant<T: Visitor<'de>>(
        self,
        length: usize,
        visitor: T,
    ) -> Result<T::Value, Mismatch> {
        self.held()?.deserialize_tuple(length, visitor)
    }

    fn struct_variant<T: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: T,
    ) -> Result<T::Value, Mismatch> {
        self.held()?.deserialize_struct("object", fields, visitor)
    }
}

#[cfg(target_family = "wasm")]
impl Value for wasm_bindgen::JsValue {
    fn is_null(&self) -> bool {
        self.is_null()
    }

    fn boolean(&self) -> Option<bool> {
        self.as_bool()
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn string(&self) -> Option<String> {
        self.as_string()
    }

    fn elements(&self) -> Option<Vec<Self>> {
        js_sys::Array::is_array(self).then(|| js_sys::Array::from(self).to_vec())
    }

    fn members(&self) -> Option<Vec<(String, Self)>> {
        if !self.is_object() || js_sys::Array::is_array(self) {
            return None;
        }
        let members = js_sys::Object::entries(self.unchecked_ref()).to_vec();
        let member = |member: Self| {
            let pair: js_sys::Array = member.unchecked_into();
            (pair.get(0).as_string().unwrap_or_default(), pair.get(1))
        };
        Some(members.into_iter().map(member).collect())
    }

    fn member(&self, name: &str) -> Option<Self> {
        let member = js_sys::Reflect::get(self, &name.into()).ok()?;
        (!member.is_undefined()).then_some(member)
    }
}

#[cfg(target_family = "wasm")]
use wasm_bindgen::JsCast as _;

#[cfg(not(target_family = "wasm"))]
impl Value for serde_json::Value {
    fn is_null(&self) -> bool {
        self.is_null()
    }

    fn boolean(&self) -> Option<bool> {
        self.as_bool()
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn string(&self) -> Option<String> {
        self.as_str().map(str::to_owned)
    }

    fn elements(&self) -> Option<Vec<Self>> {
        self.as_array().cloned()
    }

    fn members(&self) -> Option<Vec<(String, Self)>> {
        let members = self.as_object()?;
        Some(members.clone().into_iter().collect())
    }

    fn member(&self, name: &str) -> Option<Self> {
        self.get(name).cloned()
    }
}
